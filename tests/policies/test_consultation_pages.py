"""What each official finds on the pages of a consultation, in each of its states; what the demo tells."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.models import Message
from policies.consultation import notices, workflow
from policies.consultation.enums import Stage
from policies.consultation.forms import ClauseForm, DraftForm, GroupForm, OutcomeForm
from policies.consultation.queries import newest_open, of_policy
from policies.models import Consultation
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.consultation_story import consultation_acts
from portal.demo.story import Story
from tests.factories import consultations as made
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
PAST = {"opens": -40, "closes": -1}


def url(name: str, row: Consultation, *args: Any) -> str:
    return reverse(f"publishing:consultation{name}", args=[row.pk, *args])


# --- buttons by role and state --------------------------------------------------------------------------------------

BUTTONS = {
    "send": 'value="send"',
    "take back": 'value="take-back"',
    "return": 'value="return"',
    "publish": 'value="publish"',
    "send answers": 'value="send-answers"',
    "publish answers": 'value="publish-answers"',
    "save": 'id="id_reason_en"',
    "withdraw": "Withdraw this consultation",
    "outcome": 'name="outcome"',
}


@pytest.mark.parametrize(
    ("stage", "role", "seen"),
    [
        ("draft", "editor", {"send", "save", "withdraw"}),
        ("draft", "translator", {"save"}),
        ("in_review", "editor", {"take back", "withdraw"}),
        ("in_review", "reviewer", {"return", "publish", "withdraw"}),
        ("in_review", "admin", set()),
        ("released", "editor", {"send answers", "withdraw", "outcome"}),
        ("released", "translator", set()),
        ("answers_in_review", "reviewer", {"return", "publish answers", "withdraw", "outcome"}),
        ("answered", "editor", {"outcome"}),
    ],
)
def test_what_can_be_done_now(as_user: Sign, stage: str, role: str, seen: set[str]) -> None:
    """What cannot be done is left out, or its button is off and the page says why."""
    row = made.consultation(stage, **(PAST if stage in ("released", "answers_in_review", "answered") else {}))
    page = as_user(UserFactory(roles=[role])).get(url("", row)).content.decode()
    working = {name for name, mark in BUTTONS.items() if mark in page and f"{mark} disabled" not in page}
    assert working == seen


def test_a_button_that_is_off_says_why(as_user: Sign) -> None:
    row = made.consultation(reason_en="")
    page = as_user(UserFactory(roles=["editor"])).get(url("", row)).content.decode()
    assert 'value="send" disabled' in page
    assert "Still missing in one language or in both: why we ask." in page


@pytest.mark.parametrize("room", ["-clause-new", "-paste", "-group-new"])
def test_nothing_is_written_where_it_is_too_late(as_user: Sign, room: str, subtests: Any) -> None:
    """The forms say so; and what is sent all the same is refused with the words still there."""
    row = made.answered()
    client = as_user(UserFactory(roles=["editor"]))
    with subtests.test("the page"):
        assert "It has been answered" in client.get(url(room, row)).content.decode()
    texts = {"text_en": "Article 1 My own words", "title_en": "My own words", "number": "7", "take": "1", "seen": "0"}
    with subtests.test("the form"):
        text = client.post(url(room, row), texts).content.decode()
        assert "It has been answered" in text
        assert "My own words" in text
    assert (row.clauses.count(), row.groups.count()) == (2, 0)


@pytest.mark.parametrize(
    ("typed", "said"), [("长" * 2_001, "at most 2,000"), ("  \r\n ", "Say what should be changed")]
)
def test_a_remark_that_is_refused_is_given_back(as_user: Sign, typed: str, said: str) -> None:
    row = made.consultation("in_review")
    answer = as_user(UserFactory(roles=["reviewer"])).post(url("-act", row), {"act": "return", "text": typed})
    page = answer.content.decode()
    assert said in page
    assert typed.strip() in page
    row.refresh_from_db()
    assert (row.stage, row.remark) == ("in_review", "")


def test_a_remark_of_the_greatest_length_arrives_whole(as_user: Sign) -> None:
    row = made.consultation("in_review")
    typed = "a\r\n" * 990 + "<script>"
    as_user(UserFactory(roles=["reviewer"])).post(url("-act", row), {"act": "return", "text": typed})
    row.refresh_from_db()
    assert row.remark == typed.replace("\r\n", "\n")
    page = as_user(UserFactory(roles=["translator"])).get(url("", row)).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page.replace("<script ", "")


def test_reviewers_read_the_answers_in_both_languages(as_user: Sign) -> None:
    row = made.consultation("answers_in_review", **PAST)
    made.say(row, "<i>Ten</i> days", group=made.group(row, title_en="<b>Bold</b>"))
    reader = as_user(UserFactory(roles=["reviewer"]))
    page = reader.get(url("-comments", row)).content.decode()
    for text in ("期限太短。", "The time is too short.", "延长至十日。", "It is now ten days.", "&lt;b&gt;Bold"):
        assert text in page
    assert "&lt;i&gt;Ten&lt;/i&gt; days" in page
    assert 'type="checkbox"' not in page
    assert "<b>Bold" not in page
    group = reader.get(url("-group", row, row.groups.get().pk)).content.decode()
    assert "It is now ten days." in group
    assert "<textarea" not in group


def test_officials_see_how_to_reach_those_concerned(as_user: Sign) -> None:
    client = as_user(UserFactory(roles=["editor"]))
    opened, closed = made.opened(), made.closed()
    page = client.get(url("", opened)).content.decode()
    assert f"/en/consultations/{opened.slug}/" in page
    assert "Fictional measures (draft for comment): your comments are welcome until" in page
    assert "虚构办法（征求意见稿）：欢迎提出意见" in page
    assert "are welcome until" not in client.get(url("", closed)).content.decode()


# --- lists and pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 8])
def test_the_desks_list_takes_as_many_queries_however_long(
    as_user: Sign, size: int, django_assert_num_queries: Any
) -> None:
    author = UserFactory()
    for _n in range(size):
        made.consultation(clauses=0, author=author)
    client = as_user(UserFactory(roles=["translator"]))
    with django_assert_num_queries(3):  # who asks (2), the rows
        client.get(reverse("publishing:consultations"))


@pytest.mark.parametrize("size", [1, 8])
def test_a_public_page_takes_as_many_queries_however_long(
    client: Client, size: int, django_assert_num_queries: Any
) -> None:
    row = made.answered(clauses=size)
    for clause in row.clauses.all():
        made.say(row, f"On {clause.number}", clause=clause.number, group=made.group(row, clause=clause))
    # the consultation, its articles, groups, set aside, voices
    with django_assert_num_queries(5):
        client.get(reverse("consultations:detail", args=[row.slug]))
    opened = made.opened(clauses=size)
    with django_assert_num_queries(3):  # how many comments instead
        client.get(reverse("consultations:detail", args=[opened.slug]))


def test_comments_are_paged_through_without_loss(as_user: Sign) -> None:
    row, client = made.closed(), as_user(UserFactory(roles=["editor"]))
    made.say(row, *(f"Words number {n:03}" for n in range(31)))
    seen, address = [], url("-comments", row) + "?q=words"
    while address:
        page = client.get(address)
        seen += [each["comment"].text for each in page.context["rows"]]
        following = page.context["page"].next_cursor
        address = f"{url('-comments', row)}?q=words&cursor={following}" if following else ""
        assert page.content.decode().count("<mark>") in (30, 1)
    assert seen == [f"Words number {n:03}" for n in range(31)]


def test_the_list_is_paged_by_the_closing_day(client: Client) -> None:
    author = UserFactory()
    plain = {"author": author, "department": DepartmentFactory(), "clauses": 0}
    rows = [made.consultation("released", opens=0, closes=5 + n % 7, **plain) for n in range(33)]
    order = [Order("closes_on", nulls_last=True), Order("id")]
    first = paginate(Consultation.objects.open_on(local_day()), order=order)
    page = client.get("/en/consultations/", {"cursor": first.next_cursor})
    left = sorted(rows, key=attrgetter("closes_on", "pk"))[30:]
    assert [row["consultation"] for row in page.context["rows"]] == left


def test_which_one_a_page_leads_to() -> None:
    policy = PolicyFactory()
    assert (newest_open(local_day()), of_policy(policy.pk)) == (None, None)
    later, sooner = made.opened(closes=20), made.opened(closes=10)
    made.closed()
    assert newest_open(local_day()) == sooner
    for stage in ("withdrawn", "answered"):
        row = made.consultation(stage, outcome=policy, **PAST)
        assert of_policy(policy.pk) == (row if stage == "answered" else None)
    assert later.standing == sooner.standing == "open"


def test_pages_in_chinese(client: Client, as_user: Sign, subtests: Any) -> None:
    row = made.evaluated(title_zh_hans="虚构条例")
    opened = made.opened(title_zh_hans="虚构规定")
    member = MembershipFactory()
    official = UserFactory(roles=["editor"], language="zh-hans")
    with translation.override("zh-hans"):
        for who, address, words in (
            (None, reverse("consultations:list"), ["征求意见", "虚构规定", "征求意见中"]),
            (None, reverse("consultations:detail", args=[opened.slug]), ["虚构条文之1。", "第2条", "提交意见"]),
            (member.user, reverse("consultations:detail", args=[opened.slug]), ["允许工作人员看到企业名称"]),
            (official, url("-comments", row), ["中小微企业", "部分采纳", "尚未归类"]),
            (official, url("-paste", row), ["第一条"]),
        ):
            with subtests.test(address=address):
                page = (as_user(who) if who else client).get(address).content.decode()
                assert [each for each in words if each not in page] == []
        table = as_user(official).get(url("-export", row)).content.decode()
    assert "针对" in table
    assert "草案整体" in table


# --- forms ----------------------------------------------------------------------------------------------------------


def bound(form: Any, data: dict[str, Any], **kwargs: Any) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = form(data, **kwargs).errors
    return errors


def test_what_officials_type_wrongly(subtests: Any) -> None:
    row = made.consultation()
    for form, data, field, said in (
        (DraftForm, {"title_en": "x" * 201}, "title_en", "at most 200"),
        (DraftForm, {"title_en": "T", "opens_on": "soon"}, "opens_on", "valid date"),
        (DraftForm, {"title_en": "T", "opens_on": "2026-12-02", "closes_on": "2026-12-01"}, "closes_on", "before"),
        (DraftForm, {"title_en": "T", "policy": "none such"}, "policy", "No published policy"),
        (DraftForm, {"title_en": "T", "department": "999999999"}, "department", "valid choice"),
        (ClauseForm, {"number": "0", "text_en": "x"}, "number", "greater than or equal to 1"),
        (ClauseForm, {"number": "1"}, "text_zh_hans", "at least one language"),
        (ClauseForm, {"number": "1", "text_en": "x" * 5_001}, "text_en", "at most 5000"),
        (OutcomeForm, {"outcome": "x" * 301}, "outcome", "at most 300"),
    ):
        with subtests.test(form=form.__name__, field=field):
            assert said in str(bound(form, data)[field])
    foreign = made.consultation().clauses.first()
    assert foreign is not None
    errors = bound(GroupForm, {"title_en": "T", "kind": "invented", "clause": foreign.pk}, consultation=row)
    assert set(errors) == {"kind", "clause"}


def test_a_name_that_several_policies_bear() -> None:
    for n in range(2):
        PolicyFactory(slug=f"twin-{n}", title_en=f"Twin policy {n}")
    assert "Several policies fit" in str(bound(OutcomeForm, {"outcome": "Twin policy"})["outcome"])
    PolicyFactory(published_at=None, slug="hidden")
    assert "No published policy" in str(bound(OutcomeForm, {"outcome": "hidden"})["outcome"])
    assert OutcomeForm({"outcome": "/en/policies/twin-1/"}).is_valid()


# --- messages -------------------------------------------------------------------------------------------------------


def test_each_round_of_review_is_told_once_and_to_the_right_people() -> None:
    author, second = UserFactory(roles=["editor"]), UserFactory(roles=["editor", "reviewer"])
    judge, gone = UserFactory(roles=["reviewer"]), UserFactory(roles=["reviewer"], is_active=False)
    row = made.consultation("in_review", author=author, writers=[author.pk, second.pk])
    notices.tell_reviewers(row, author)
    notices.tell_reviewers(row, author)  # the same round
    assert [message.recipient for message in Message.objects.all()] == [judge]
    row = workflow.send(workflow.send_back(row, by=judge, text="Again."), by=author)
    to = list(Message.objects.order_by("pk").values_list("recipient", flat=True))
    assert to == [judge.pk, author.pk, judge.pk]
    assert gone.pk not in to
    answers = made.consultation("answers_in_review", author=author, answerers=[judge.pk], **PAST)
    notices.tell_reviewers(answers, author)
    latest = Message.objects.order_by("-pk").first()
    assert latest is not None
    assert (latest.recipient, "answers of a consultation" in latest.body) == (second, True)


def test_who_left_is_not_written_to() -> None:
    row, stays, gone = made.answered(), UserFactory(), UserFactory(is_active=False)
    for person in (stays, gone, stays):
        made.say(row, "Words", author=person)
    made.say(row, "Visitor")
    notices.tell_commenters(row)
    notices.tell_commenters(row)
    assert [message.recipient for message in Message.objects.all()] == [stays]


# --- the demo -------------------------------------------------------------------------------------------------------


def test_the_demo_tells_of_one_answered_and_one_open() -> None:
    """Its acts run through the real verbs, each at its moment."""
    story, clock = Story(), Clock()
    rows = read("consultations.json")
    roles = {"zheng": "editor", "feng": "editor", "he": "translator", "xu": "reviewer"}
    story.people = {key: UserFactory(roles=[role]) for key, role in roles.items()}
    story.people |= {key: MembershipFactory(enterprise__size="small").user for key in ("lin", "emma")}
    story.departments = {row["department"]: DepartmentFactory(code=row["department"]) for row in rows}
    for act in sorted(consultation_acts(story, clock), key=attrgetter("moment")):
        with clock.at(act.moment):
            act.happen()
    answered, opened = Consultation.objects.order_by("pk")
    assert (answered.stage, answered.standing) == (Stage.ANSWERED, "answered")
    assert (opened.stage, opened.standing) == (Stage.RELEASED, "open")
    assert [each.comments.count() for each in (answered, opened)] == [len(row["comments"]) for row in rows]
    assert Message.objects.filter(kind="policy_consultation").count() == 2
    for row in rows:
        assert "演示" in row["title_zh_hans"]
        assert "demonstration" in row["title_en"]
    page = Client().get(reverse("consultations:detail", args=[answered.slug])).content.decode()
    assert "Norm met" in page
    assert "small and medium-sized" in page
