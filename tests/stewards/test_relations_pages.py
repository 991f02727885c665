"""The pages of sorting, linking, merging, watching and the checklist: what they show, to whom, and bad input."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Value
from django.test import Client

from accounts.models import User
from stewards import workflow
from stewards.models import (
    HelpRequest,
    RequestCategory,
    RequestEvent,
    RequestLink,
    RequestPart,
    RequestTag,
    Step,
    Tag,
    UsualSteps,
    Watch,
)
from stewards.queries import search_words
from stewards.relations import around, checklist, links, merging, sorting, watching
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.parts import taken
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
AsUser = Callable[[Any], Client]
BIG = "9" * 30


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella")


@pytest.fixture
def desk(as_user: AsUser, steward: Any) -> Client:
    return as_user(steward)


@pytest.fixture
def owner(db: None) -> Any:
    return MembershipFactory()


@pytest.fixture
def asked(steward: Any, owner: Any) -> HelpRequest:
    return written(steward, owner, "Rent subsidy for our new office", "How do we apply for it?")


def written(steward: Any, owner: Any, subject: str, body: str = "…", **fields: Any) -> HelpRequest:
    request = accepted(steward, enterprise=owner.enterprise, asker=owner.user, subject=subject, body=body, **fields)
    HelpRequest.objects.filter(pk=request.pk).update(search=search_words(request.number or "", subject, body))
    return request


def url(request: HelpRequest, page: str = "") -> str:
    return f"/en/desk/{request.number}/{page}"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- what stands around a request ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_everything_around_it_in_one_query(
    steward: Any, owner: Any, asked: HelpRequest, rows: int, django_assert_num_queries: Any
) -> None:
    admin = UserFactory(roles=["admin"])
    new = {"steward": steward, "state": "accepted", "enterprise": owner.enterprise, "asker": owner.user}
    others = HelpRequest.objects.bulk_create(HelpRequestFactory.build(**new) for _n in range(rows))
    tags = Tag.objects.bulk_create(Tag(name_en=f"Tag {n}") for n in range(rows))
    role = {"roles": ["handler"], "department": steward.department}
    people = User.objects.bulk_create(UserFactory.build(**role) for _n in range(rows))
    RequestTag.objects.bulk_create(RequestTag(request=asked, tag=tag, by=admin) for tag in tags)
    RequestLink.objects.bulk_create(RequestLink(one=asked, other=each, note="Note", by=admin) for each in others)
    Watch.objects.bulk_create(Watch(request=asked, person=person) for person in people)
    steps = Step.objects.bulk_create(Step(request=asked, text_en=f"Step {n}", by=admin) for n in range(rows))
    checklist.tick(asked, steps[-1].pk, by=steward, done=True)
    whole = HelpRequest.objects.prefetch_related("parts").get(pk=asked.pk)
    with django_assert_num_queries(1):
        found = around.read(whole, steward)
    assert len(found.tags) == len(found.links) == len(found.steps) == len(found.watchers) == rows
    assert (found.done, found.acts, found.merges, found.watching, found.usual) == (1, True, True, False, False)
    assert (found.steps[-1]["text"], found.steps[-1]["who"]) == (f"Step {rows - 1}", "Stella")
    assert (found.tags[0]["name"], found.links[0]["note"]) == ("Tag 0", "Note")


def test_the_page_shows_it(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    other = written(steward, owner, "Parking places")
    tax = RequestCategory.objects.create(name_en="Tax", name_zh_hans="税务")
    sorting.set_category(asked, RequestCategory.objects.create(name_en="VAT", parent=tax), by=steward)
    sorting.set_tags(asked, ["Hongkou <b>", "租金"], by=steward)
    links.link(asked, other, by=steward, note="Same building")
    watching.watch(asked, by=steward)
    checklist.add(asked, "Call", by=steward)
    page = text_of(desk.get(url(asked)))
    for words in ("Tax · VAT", "Hongkou &lt;b&gt;", "租金", "Same building", "Parking places", "Stop watching", "Call"):
        assert words in page, words
    assert "0 of 1 done" in page
    assert "Same building" in text_of(desk.get(url(other)))


def test_the_enterprise_sees_the_category_and_nothing_else_of_it(
    as_user: AsUser, steward: Any, owner: Any, asked: HelpRequest
) -> None:
    sorting.set_category(asked, RequestCategory.objects.create(name_en="Tax"), by=steward)
    sorting.set_tags(asked, ["troublesome"], by=steward)
    links.link(asked, written(steward, owner, "Parking places"), by=steward, note="Between us")
    checklist.add(asked, "Call them", by=steward)
    watching.watch(asked, by=steward)
    workflow.note(asked, by=steward, text="Psst", also=[UserFactory(roles=["admin"], name_en="Ada")])
    page = text_of(as_user(owner.user).get(f"/en/requests/{asked.number}/"))
    assert "<dd>Tax</dd>" in page
    for words in ("troublesome", "Between us", "Parking", "Call them", "Watched", "Psst", "Ada", "set the category"):
        assert words not in page, words


def test_a_link_shows_nothing_of_what_is_not_theirs(as_user: AsUser, steward: Any, asked: HelpRequest) -> None:
    handler = HandlerFactory()
    far = accepted(handler, subject="Their secret matter")
    links.link(asked, far, by=UserFactory(roles=["admin"]), note="Hidden note")
    page = text_of(as_user(steward).get(url(asked)))
    assert "Hidden note" not in page.replace("linked the request to", "").split("What has happened")[0]
    assert "Their secret matter" not in page
    assert around.links_of(far, handler) == []


def test_who_has_but_a_part_sees_nothing_of_it(as_user: AsUser, steward: Any, owner: Any, asked: HelpRequest) -> None:
    handler = HandlerFactory()
    RequestPart.objects.create(request=asked, department=handler.department, asked="Tax", due_on=asked.due_on)
    sorting.set_tags(asked, ["troublesome"], by=steward)
    checklist.add(asked, "Call", by=steward)
    watching.watch(asked, by=steward)
    merging.merge(written(steward, owner, "Twice", "The same again"), into=asked, by=UserFactory(roles=["admin"]))
    page = text_of(as_user(handler).get(url(asked)))
    assert "The same again" in page
    for words in ("troublesome", "Checklist", "Watched by", "Category, tags, links<"):
        assert words not in page, words


def test_whoever_only_reads_along_gets_no_buttons(as_user: AsUser, asked: HelpRequest, steward: Any) -> None:
    HelpRequest.objects.filter(pk=asked.pk).update(due_on="2026-01-05")
    checklist.add(asked, "Call", by=steward)
    page = text_of(as_user(UserFactory(roles=["leader"])).get(url(asked)))
    for words in ("Watch<", "Category, tags, links<", "Add the step", "Mark as done"):
        assert words not in page, words
    assert "0 of 1 done" in page


# --- duplicates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("Rent subsidy for a new office", "…", True),
        ("Subsidy", "…", True),  # one word, and that one is there
        ("Trade fair", "How do we apply for it? Rent subsidy for our new office", True),
        ("Trade fair", "…", False),
        ("Rent of parking places in winter and summer", "…", False),
    ],
)
def test_duplicates_are_suggested_by_their_words(
    steward: Any, owner: Any, asked: HelpRequest, subject: str, body: str, found: bool
) -> None:
    other = written(steward, owner, subject, body)
    assert [each["number"] for each in around.read(asked, steward).similar] == [other.number] * found


def test_the_same_policy_makes_fewer_words_enough(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    policy = PolicyFactory()
    HelpRequest.objects.filter(pk=asked.pk).update(policy=policy)
    other = written(steward, owner, "Rent of parking places", policy=policy)
    page = text_of(desk.get(url(asked)))
    assert "Perhaps the same matter: 1 other request" in page
    assert f"/merge/?number={other.number}" in page


def test_in_chinese_too(desk: Client, steward: Any, owner: Any) -> None:
    asked = written(steward, owner, "科技创新券可以抵扣测试服务费吗？")
    other = written(steward, owner, "科技创新券能不能抵扣测试费用")
    written(steward, owner, "人才公寓名额申请")
    found = around.read(asked, steward).similar
    assert [each["number"] for each in found] == [other.number]


def test_what_is_over_or_of_others_is_not_suggested(steward: Any, owner: Any, asked: HelpRequest) -> None:
    same = asked.subject
    for state in ("answered", "closed", "withdrawn", "merged"):
        HelpRequest.objects.filter(pk=written(steward, owner, same).pk).update(state=state)
    written(steward, MembershipFactory(), same)
    written(HandlerFactory(), owner, same)
    HelpRequest.objects.create(asker=owner.user, enterprise=owner.enterprise, subject=same)  # a draft
    assert around.read(asked, steward).similar == []
    assert len(around.read(asked, UserFactory(roles=["admin"])).similar) == 1  # the other steward's
    assert around.read(asked, HandlerFactory(department=steward.department)).similar == []


def test_compared_merged_and_undone(
    desk: Client, as_user: AsUser, steward: Any, owner: Any, asked: HelpRequest
) -> None:
    other = written(steward, owner, "Office rent", "Please tell us the amount.")
    page = text_of(desk.get(url(other, "merge/"), {"number": asked.number.lower()}))
    assert "How do we apply for it?" in page
    assert "Please tell us the amount." in page
    assert f'value="{asked.number}" checked' in page  # the older one goes on, unless somebody says otherwise
    sent = {"number": asked.number, "keep": asked.number, f"seen-{other.pk}": 0, f"seen-{asked.pk}": 0}
    response = desk.post(url(other, "merge/"), sent, follow=True)
    assert response.redirect_chain[-1][0] == url(asked)
    page = text_of(response)
    for words in (f"{other.number} continues in {asked.number}", f"Merged into this one: {other.number}"):
        assert words in page
    assert "Please tell us the amount." in page
    assert f'href="{url(other)}"' in page
    beside = as_user(taken(asked, HandlerFactory()).handler).get(url(asked)).content.decode()
    assert "Please tell us the amount." in beside
    assert f'href="{url(other)}"' not in beside, "the other page is not there for who has a part alone"
    again = desk.post(url(other, "merge/"), sent)  # a double click
    assert (again.status_code, again.context["ways"]) == (422, [])
    page = text_of(as_user(owner.user).get(f"/en/requests/{other.number}/"))
    assert f"This request continues in {asked.number}" in page
    assert "Withdraw" not in page
    page = text_of(as_user(owner.user).get(f"/en/requests/{asked.number}/"))
    assert f"Your request {other.number} continues here" in page
    assert f"This request continues in {asked.number}" in text_of(desk.get(url(other)))
    other.refresh_from_db()
    assert desk.post(url(other, "unmerge/"), {"seen": other.lock_version}).status_code == 302
    assert desk.post(url(other, "unmerge/"), {"seen": other.lock_version}, follow=True).status_code == 200
    assert HelpRequest.objects.get(pk=other.pk).state == "accepted"
    assert other.events.count() == 2


def test_which_one_goes_on_has_to_be_said(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    other = written(steward, owner, "Office rent")
    for keep in ("", "HK-2026-999999", "x" * 200):
        response = desk.post(url(other, "merge/"), {"number": asked.number, "keep": keep})
        assert response.status_code == 422
        assert "Choose which of the two goes on." in text_of(response)
    assert not HelpRequest.objects.filter(state="merged").exists()


def test_an_old_page_merges_nothing(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    other = written(steward, owner, "Office rent")
    sent = {"number": asked.number, "keep": asked.number}
    for seen in ("", "7", "²", BIG):
        response = desk.post(url(other, "merge/"), sent | {f"seen-{other.pk}": seen})
        assert (response.status_code, "decide anew" in text_of(response)) == (422, True)
    merging.merge(other, into=asked, by=steward)
    for seen in ("x", "0"):
        desk.post(url(other, "unmerge/"), {"seen": seen})
    assert HelpRequest.objects.get(pk=other.pk).state == "merged"


def test_what_cannot_be_merged_says_why(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    mine = accepted(steward, enterprise=EnterpriseFactory())
    colleagues = written(StewardFactory(), owner, "x")  # of the same department: seen, but not the steward's own
    answered = written(steward, owner, "y")
    HelpRequest.objects.filter(pk=answered.pk).update(state="answered")
    for other, words in (
        (mine, "Only requests of the same enterprise"),
        (colleagues, "Only the steward of"),
        (asked, "cannot be merged into itself"),
        (answered, "no longer open"),
    ):
        response = desk.get(url(asked, "merge/"), {"number": other.number})
        assert words in text_of(response)
        assert response.context["ways"] == []
        assert response.status_code == 200


def test_a_number_that_is_none(desk: Client, asked: HelpRequest) -> None:
    for number in ("", "HK-2026-999999", "x" * 300, "'; --"):
        assert desk.get(url(asked, "merge/"), {"number": number}).status_code == 422
        assert desk.post(url(asked, "arrange/"), {"act": "link", "number": number}).status_code == 422
    assert not RequestEvent.objects.exists()


def test_anothers_request_is_not_told_apart_from_none(desk: Client, asked: HelpRequest) -> None:
    far = accepted(HandlerFactory())
    words = "There is no request with this number on your desk."
    assert words in text_of(desk.get(url(asked, "merge/"), {"number": far.number}))
    assert words in text_of(desk.post(url(asked, "arrange/"), {"act": "link", "number": far.number}))


# --- sorting, links, watching, steps -------------------------------------------------------------------------------


def test_category_tags_and_links_are_kept(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    tax = RequestCategory.objects.create(name_en="Tax")
    sent = {"act": "sort", "category": tax.pk, "tags": "rent, 签证"}
    for _time in range(2):
        assert desk.post(url(asked, "arrange/"), sent).url == url(asked)
    asked.refresh_from_db()
    assert asked.category == tax
    assert asked.events.count() == 1
    page = desk.get(url(asked, "arrange/"))
    first = {"type": "help", "category": str(tax.pk), "tags": "rent, 签证"}
    assert page.context["sort"].initial == first | {f"was_{name}": value for name, value in first.items()}
    other = written(steward, owner, "Parking")
    sent = {"act": "link", "number": other.number.lower(), "note": "Same house"}
    assert desk.post(url(asked, "arrange/"), sent).status_code == 302
    response = desk.post(url(asked, "arrange/"), sent)
    assert (response.status_code, "linked already" in text_of(response)) == (422, True)
    assert "Same house" in text_of(response)
    (kept,) = around.links_of(asked, steward)
    assert desk.post(url(other, "arrange/"), {"act": f"unlink-{kept['pk']}"}).status_code == 302
    assert around.links_of(asked, steward) == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"act": "sort", "category": "999999"}, "Select a valid choice"),
        ({"act": "sort", "category": "x"}, "Select a valid choice"),
        ({"act": "sort", "tags": "y" * 41}, "too long for a tag"),
        ({"act": "sort", "tags": ",".join(map(str, range(12)))}, "at most 10 tags"),
        ({"act": "link"}, "required"),
        ({"act": ""}, "Linked requests"),
        ({"act": "dance"}, "Linked requests"),
    ],
)
def test_what_is_not_right_comes_back(desk: Client, asked: HelpRequest, sent: dict[str, str], words: str) -> None:
    response = desk.post(url(asked, "arrange/"), sent)
    assert response.status_code == 422
    assert words in text_of(response)
    assert not Tag.objects.exists()
    assert not RequestEvent.objects.exists()


def test_links_of_others_cannot_be_removed(desk: Client, asked: HelpRequest, steward: Any) -> None:
    admin = UserFactory(roles=["admin"])
    kept = links.link(accepted(HandlerFactory()), accepted(HandlerFactory()), by=admin)
    for key in (kept.pk, 0, BIG, "x", "-1"):
        assert desk.post(url(asked, "arrange/"), {"act": f"unlink-{key}"}).status_code == 404


def test_watching_begins_and_ends(desk: Client, steward: Any, asked: HelpRequest) -> None:
    for _time in range(2):
        assert "You watch" in text_of(desk.post(url(asked, "watch/"), follow=True))
    assert asked.watches.get().person == steward
    desk.post(url(asked, "watch/"), {"stop": "yes"})
    assert not asked.watches.exists()


def test_the_checklist_by_buttons_alone(desk: Client, asked: HelpRequest) -> None:
    UsualSteps.objects.create(type="help", steps_zh_hans="致电", steps_en="Call")
    assert "Take the usual steps" in text_of(desk.get(url(asked)))

    def press(act: str, **data: str) -> list[tuple[str | None, bool]]:
        response = desk.post(url(asked, "steps/"), {"act": act, **data})
        assert response.url == url(asked, "#checklist")
        return [(step.text_en, bool(step.done_at)) for step in asked.steps.order_by("pk")]  # type: ignore[attr-defined]

    assert press("usual") == [("Call", False)]
    step = asked.steps.get().pk
    assert press(f"done-{step}") == press(f"remove-{step}") == press(f"done-{BIG}") == [("Call", True)]
    page = text_of(desk.get(url(asked)))
    for words in ("1 of 1 done", "Stella, ", "stays on the list", "no longer on the list"):
        assert words in page, words
    assert "Take the usual steps" not in page
    assert press(f"open-{step}") == press("add") == [("Call", False)]
    assert press("add", text="Visit") == [("Call", False), ("Visit", False)]
    assert press(f"remove-{step}") == [("Visit", False)]
    assert desk.post(url(asked, "steps/"), {"act": "explode-1"}).status_code == 404


def test_of_another_department_they_are_not_there(as_user: AsUser, asked: HelpRequest) -> None:
    for person in (StewardFactory(department=DepartmentFactory()), UserFactory(roles=["leader"]), asked.asker):
        client = as_user(person)
        for page in ("arrange/", "watch/", "steps/", "merge/", "unmerge/"):
            assert client.post(url(asked, page), {"act": "add", "text": "x"}).status_code == 404
            assert client.get(url(asked, page)).status_code in (404, 405)
    assert not RequestEvent.objects.exists()


def test_two_who_look_at_once(desk: Client, as_user: AsUser, steward: Any, asked: HelpRequest) -> None:
    colleague = HandlerFactory(name_en="Chen <Jing>", department=steward.department)
    assert "is looking at this request too" not in text_of(as_user(colleague).get(url(asked)))
    assert "Chen &lt;Jing&gt; is looking at this request too, since " in text_of(desk.get(url(asked)))
    response = as_user(colleague).get(url(asked, "present/"))
    assert "Stella is looking at this request too" in text_of(response)
    assert response["Cache-Control"] == "no-store"
    assert as_user(HandlerFactory()).get(url(asked, "present/")).status_code == 404


# --- the queue and the asking form ---------------------------------------------------------------------------------


def test_the_queue_by_category_and_tag(desk: Client, steward: Any, owner: Any, asked: HelpRequest) -> None:
    other = written(steward, owner, "Parking places")
    tax = RequestCategory.objects.create(name_en="Tax")
    vat = RequestCategory.objects.create(name_en="VAT", parent=tax)
    sorting.set_category(asked, vat, by=steward)
    tag = sorting.set_tags(other, ["Cars"], by=steward)[0]

    def numbers(**chosen: Any) -> list[str]:
        response = desk.get("/en/desk/", {"tab": "all", **chosen})
        return [row.number for row in response.context["page"]]

    assert numbers() == [other.number, asked.number]
    assert numbers(category=tax.pk) == numbers(category=vat.pk) == [asked.number]
    assert numbers(tag=tag.pk) == [other.number]
    assert numbers(tag=tag.pk, category=tax.pk) == []
    page = desk.get("/en/desk/", {"tab": "all", "category": vat.pk})
    assert f'<option value="{vat.pk}" selected>VAT</option>' in text_of(page)
    assert '<optgroup label="Tax">' in text_of(page)
    for bad in ("x", "999999", BIG):
        page = desk.get("/en/desk/", {"tab": "all", "category": bad, "tag": bad})
        assert len(page.context["filters"].notes) == 2
        assert len(page.context["page"]) == 2


def test_whoever_asks_can_choose_a_category(as_user: AsUser, owner: Any) -> None:
    client, new = as_user(owner.user), "/en/requests/new/"
    assert "category" not in client.get(new).context["form"].fields  # nothing to choose from
    tax = RequestCategory.objects.create(name_en="Tax")
    gone = RequestCategory.objects.create(name_en="Old matters", active=False)
    form = client.get(new).context["form"]
    assert [label for _value, label in form.fields["category"].choices] == ["—", "Tax"]
    sent = {"type": "help", "subject": "VAT", "body": "How?", "language": "en", "action": "keep"}
    for chosen in (tax.pk, ""):
        key = "00000000-0000-4000-8000-000000000001"
        client.post(new, {**sent, "category": chosen, "form_key": key})
        kept = HelpRequest.objects.get()
        assert kept.category == (tax if chosen else None)
    response = client.post(new, {**sent, "category": gone.pk, "action": "send"})
    assert "category" in response.context["form"].errors
    client.post(f"/en/requests/drafts/{kept.pk}/", {**sent, "category": tax.pk, "action": "send"})
    assert HelpRequest.objects.get(number__isnull=False).category == tax


# --- the service centre --------------------------------------------------------------------------------------------


@pytest.fixture
def centre(as_user: AsUser, admin_user: Any) -> Client:
    return as_user(admin_user)


def test_categories_are_kept_on_one_page(centre: Client) -> None:
    home = "/en/centre/categories/"
    assert "No categories yet" in text_of(centre.get(home))
    assert centre.post(home, {"name_zh_hans": "税务", "name_en": ""}).status_code == 422
    assert centre.post(home, {"name_zh_hans": "税务", "name_en": "Tax"}).status_code == 302
    tax = RequestCategory.objects.get()
    below = {"name_zh_hans": "增值税", "name_en": "VAT", "parent": tax.pk}
    assert centre.post(home, below).status_code == 302
    assert centre.post(home, below | {"parent": RequestCategory.objects.last().pk}).status_code == 422
    centre.post(home, {"name_zh_hans": "用房", "name_en": "Space"})
    space = RequestCategory.objects.get(name_en="Space")
    assert centre.post(home, {"act": f"up-{space.pk}"}).status_code == 302
    assert [first.name for first, _below in centre.get(home).context["tree"]] == ["Space", "Tax"]
    for key in (BIG, "x", "0"):
        assert centre.post(home, {"act": f"down-{key}"}).status_code == 404


def test_one_category_renamed_retired_and_removed(centre: Client, steward: Any) -> None:
    tax = RequestCategory.objects.create(name_en="Tax", name_zh_hans="税")
    page = f"/en/centre/categories/{tax.pk}/"
    assert centre.post(page, {"act": "save", "name_zh_hans": "税务", "name_en": "Taxes"}).status_code == 302
    tax.refresh_from_db()
    assert (tax.name_zh_hans, tax.name_en) == ("税务", "Taxes")  # type: ignore[attr-defined]
    assert centre.post(page, {"act": "save", "name_zh_hans": "税务", "name_en": " "}).status_code == 422
    accepted(steward, category=tax)
    assert "Remove" not in text_of(centre.get(page))
    assert "retire it instead" in text_of(centre.post(page, {"act": "remove"}))
    assert centre.post(page, {"act": "retire"}).status_code == 302
    assert "This category is retired" in text_of(centre.get(page))
    assert centre.post(page, {"act": "restore"}).status_code == 302
    HelpRequest.objects.update(category=Value(None))
    assert centre.post(page, {"act": "remove"}).status_code == 302
    assert centre.get(page).status_code == 404
    assert centre.post("/en/centre/categories/1/", {"act": "burn"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_lists_take_a_fixed_number_of_queries(centre: Client, rows: int, django_assert_num_queries: Any) -> None:
    first = RequestCategory.objects.bulk_create(RequestCategory(name_en=f"C{n}") for n in range(rows))
    RequestCategory.objects.bulk_create(RequestCategory(name_en="D", parent=each) for each in first)
    Tag.objects.bulk_create(Tag(name_en=f"Tag {n}") for n in range(rows))
    for page, queries in (("categories", 4), ("tags", 3), ("steps", 3)):
        with django_assert_num_queries(queries):
            assert centre.get(f"/en/centre/{page}/").status_code == 200


def test_tags_are_tidied_up(centre: Client, steward: Any) -> None:
    rent, other = sorting.set_tags(HelpRequestFactory(), ["Rent", "Renting"], by=steward)
    page = f"/en/centre/tags/{rent.pk}/"
    assert "1 request has this tag." in text_of(centre.get(page))
    for names, words in (
        ({}, "at least one language"),
        ({"name_en": "x" * 41}, "40 characters"),
        ({"name_en": "renting"}, "Another tag has this name"),
    ):
        response = centre.post(page, {"act": "save", "name_zh_hans": "", "name_en": "", **names})
        assert (response.status_code, words in text_of(response)) == (422, True)
    assert centre.post(page, {"act": "save", "name_zh_hans": "租金", "name_en": "Rent"}).status_code == 302
    assert centre.post(page, {"act": "merge", "into": rent.pk}).status_code == 422
    assert centre.post(page, {"act": "merge", "into": other.pk}).status_code == 302
    assert centre.get(page).status_code == 404
    assert "租金" in text_of(centre.get("/en/centre/tags/"))
    assert centre.post(f"/en/centre/tags/{other.pk}/", {"act": "remove"}).status_code == 302
    assert not Tag.objects.exists()


def test_usual_steps_are_kept_by_type(centre: Client) -> None:
    page = "/en/centre/steps/"
    sent = {"type": "help", "help-steps_zh_hans": "致电\n核对", "help-steps_en": "Call\nCheck"}
    assert centre.post(page, sent).status_code == 302
    assert UsualSteps.objects.get().steps_en == "Call\nCheck"  # type: ignore[attr-defined]
    response = centre.post(page, sent | {"help-steps_en": "Call"})
    assert (response.status_code, "as many lines" in text_of(response)) == (422, True)
    assert centre.post(page, sent | {"type": "wish"}).status_code == 404
