"""The service centre's lists under attack: categories with open requests, two people at once, clashing names, tags."""

from typing import Any

import pytest
from django.utils import translation

from portal.core.access import Refused
from stewards import timeline
from stewards.models import HelpRequest, RequestCategory, RequestTag, StewardProfile, Tag
from stewards.relations import catalogue, queries, sorting
from stewards.relations.fields import category_words
from stewards.relations.forms import CategoryForm, MergeCategoryForm, TagForm
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
STATES = ("draft", "submitted", "accepted", "in_progress", "waiting", "answered", "closed", "withdrawn", "merged")
MOVES = ("draft", "submitted", "accepted", "in_progress", "waiting")


def category(name: str, **fields: Any) -> RequestCategory:
    return RequestCategory.objects.create(name_en=name, name_zh_hans=f"{name}类", **fields)


def names(name: str) -> dict[str, str]:
    return {"name_en": name, "name_zh_hans": f"{name}类"}


@pytest.fixture
def admin(db: None) -> Any:
    return UserFactory(roles=["admin"], name_en="Ada")


@pytest.fixture
def centre(as_user: Any, admin: Any) -> Any:
    return as_user(admin)


# --- merging categories --------------------------------------------------------------------------------------------


def test_open_requests_go_over_and_what_is_over_stays(admin: Any) -> None:
    rent, lease, steward = category("Rent"), category("Lease"), StewardFactory()
    waiting = {"waiting_since": "2026-01-05T10:00:00Z"}
    made = {
        state: HelpRequestFactory(
            state=state, category=lease, steward=steward, **(waiting if state == "waiting" else {})
        )
        for state in STATES
    }
    due = dict(HelpRequest.objects.values_list("pk", "due_on"))
    assert catalogue.merge_category(lease, rent, by=admin) == len(MOVES) - 1  # the draft is nobody's business yet
    for state, request in made.items():
        now = HelpRequest.objects.get(pk=request.pk)
        assert now.category == (rent if state in MOVES else lease), state
        assert (now.due_on, now.lock_version) == (due[now.pk], 0)
        titles = [entry.title for entry in timeline.entries(now, internal=True)]
        assert titles == (["Ada set the category: Rent"] if state in MOVES[1:] else []), state
        assert timeline.entries(now) == []
    lease.refresh_from_db()
    assert not lease.active


def test_whoever_takes_the_one_takes_the_other(admin: Any) -> None:
    rent, lease, tax = category("Rent"), category("Lease"), category("Tax")
    kept = {
        StewardFactory(): [lease.pk],
        StewardFactory(): [tax.pk, lease.pk, rent.pk],
        StewardFactory(): [tax.pk],
        StewardFactory(): [],
    }
    for person, keys in kept.items():
        StewardProfile.objects.create(person=person, categories=keys)
    catalogue.merge_category(lease, rent, by=admin)
    found = [StewardProfile.objects.get(person=person).categories for person in kept]
    assert found == [[rent.pk], [tax.pk, rent.pk], [tax.pk], []]


@pytest.mark.parametrize("case", ["itself", "below", "retired", "parent", "gone"])
def test_what_cannot_be_merged(admin: Any, case: str) -> None:
    top, other = category("Rent"), category("Tax")
    below = category("Lease", parent=top)
    asked = HelpRequestFactory(category=below)
    one, into, words = {
        "itself": (below, below, "into itself"),
        "below": (top, below, "into itself"),
        "retired": (below, category("Old", active=False), "no longer in use"),
        "parent": (top, other, "has categories below it"),
        "gone": (below, RequestCategory(pk=10**9), "no longer there"),
    }[case]
    with pytest.raises(Refused, match=words):
        catalogue.merge_category(one, into, by=admin)
    assert HelpRequest.objects.get(pk=asked.pk).category == below
    assert not RequestCategory.objects.filter(name_en__in=["Rent", "Tax", "Lease"], active=False).exists()


def test_into_the_one_above_it(admin: Any) -> None:
    top = category("Rent")
    below = category("Lease", parent=top)
    asked = HelpRequestFactory(category=below)
    assert catalogue.merge_category(below, top, by=admin) == 1
    assert HelpRequest.objects.get(pk=asked.pk).category == top


def test_only_by_the_service_centre(admin: Any) -> None:
    one, other = category("Rent"), category("Lease")
    for person in (StewardFactory(), UserFactory(roles=["leader"]), UserFactory()):
        with pytest.raises(Refused, match="Only the service centre"):
            catalogue.merge_category(one, other, by=person)


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_however_many_it_takes_the_same_queries(admin: Any, rows: int, django_assert_max_num_queries: Any) -> None:
    one, other, asker = category("Rent"), category("Lease"), UserFactory()
    HelpRequest.objects.bulk_create(
        HelpRequestFactory.build(category=one, asker=asker, enterprise=None) for _n in range(rows)
    )
    with django_assert_max_num_queries(12):
        assert catalogue.merge_category(one, other, by=admin) == rows


def test_by_the_page(centre: Any) -> None:
    one, other = category("Rent"), category("Lease")
    accepted(StewardFactory(), category=one)
    page = f"/en/centre/categories/{one.pk}/"
    assert "1 open request is filed under it." in " ".join(centre.get(page).content.decode().split())
    for bad in ("", one.pk, "999999", "x"):
        assert centre.post(page, {"act": "merge", "into": bad}).status_code == 422
    assert centre.post(page, {"act": "merge", "into": other.pk}).status_code == 302
    assert "0 open requests are filed under it." in " ".join(centre.get(page).content.decode().split())
    assert HelpRequest.objects.get().category == other


def test_what_is_offered_to_merge_into(admin: Any) -> None:
    top = category("Rent")
    below, other, _old = category("Lease", parent=top), category("Tax"), category("Old", active=False)
    deep = category("VAT", parent=other)
    assert set(MergeCategoryForm(category=top).fields["into"].queryset) == {other, deep}
    assert set(MergeCategoryForm(category=below).fields["into"].queryset) == {top, other, deep}
    assert category_words(deep) == "Tax · VAT"


# --- names and places ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [("Rent", "新"), ("RENT", "新"), ("New", "Rent类")], ids=["the-same", "other-case", "in-chinese"]
)
def test_of_one_name_in_one_place_there_is_but_one(admin: Any, given: tuple[str, str]) -> None:
    first = category("Rent")
    new = {"name_en": given[0], "name_zh_hans": given[1]}
    with pytest.raises(Refused, match="of this name here already"):
        catalogue.add_category(by=admin, names=new)
    below = catalogue.add_category(by=admin, names=new, parent=first)  # elsewhere it may
    with pytest.raises(Refused, match="of this name here already"):
        catalogue.change_category(below, by=admin, names=new, parent=None)
    assert catalogue.change_category(first, by=admin, names=names("Rent"), parent=None) == first


def test_a_double_click_adds_it_once(centre: Any) -> None:
    sent = {"name_en": "Rent", "name_zh_hans": "租金", "parent": ""}
    assert [centre.post("/en/centre/categories/", sent).status_code for _time in range(2)] == [302, 422]
    assert RequestCategory.objects.count() == 1


def test_renaming_what_is_below_a_retired_one_does_not_move_it(admin: Any, centre: Any) -> None:
    top = category("Rent")
    below = category("Lease", parent=top)
    catalogue.retire_category(top, by=admin, active=False)
    page = f"/en/centre/categories/{below.pk}/"
    form = centre.get(page).context["form"]
    assert form.initial["parent"] == top.pk
    assert top in form.fields["parent"].queryset
    sent = {"act": "save", "name_en": "Leases", "name_zh_hans": "租约", "parent": top.pk}
    assert centre.post(page, sent).status_code == 302
    below.refresh_from_db()
    assert (below.parent, below.name_en, below.active) == (top, "Leases", False)
    assert top not in CategoryForm().fields["parent"].queryset  # for a new one it is not offered


def test_what_somebody_else_has_removed(admin: Any) -> None:
    gone = category("Rent")
    RequestCategory.objects.all().delete()
    gone.pk = 10**9
    for act in (
        lambda: catalogue.retire_category(gone, by=admin, active=False),
        lambda: catalogue.remove_category(gone, by=admin),
        lambda: catalogue.change_category(gone, by=admin, names=names("New"), parent=None),
    ):
        with pytest.raises(Refused, match="no longer there"):
            act()


@pytest.mark.parametrize("sent", [{"name_en": ""}, {"name_zh_hans": "  "}, {"name_en": "x" * 81}, {"parent": "x"}])
def test_both_languages_and_a_place_that_exists(centre: Any, sent: dict[str, str]) -> None:
    full = {"name_en": "Rent", "name_zh_hans": "租金", "parent": ""}
    assert centre.post("/en/centre/categories/", full | sent).status_code == 422
    assert not RequestCategory.objects.exists()


def test_a_long_chinese_name_is_shown_whole(centre: Any) -> None:
    name = "外商投资企业设立变更登记与跨境人民币结算便利化" * 3
    RequestCategory.objects.create(name_zh_hans=name, name_en="x")
    assert name in centre.get("/zh-hans/centre/categories/").content.decode()


def test_two_people_never_make_a_third_level(admin: Any) -> None:
    """One has moved “Rent” below “Tax” while the other's page still shows it on the first level."""
    rent, tax = category("Rent"), category("Tax")
    stale = RequestCategory.objects.get(pk=rent.pk)
    catalogue.change_category(rent, by=admin, names=names("Rent"), parent=tax)
    with pytest.raises(Refused, match="two levels"):
        catalogue.add_category(by=admin, names=names("Lease"), parent=stale)
    below = catalogue.add_category(by=admin, names=names("Lease"))
    with pytest.raises(Refused, match="two levels"):
        catalogue.change_category(below, by=admin, names=names("Lease"), parent=stale)
    assert not RequestCategory.objects.filter(parent__parent__isnull=False).exists()


# --- tags ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Rent, lease", "租金、租约", "a;b", "#rent", "＃租金", "a，b"])
def test_a_tag_s_name_is_one_that_can_be_typed(name: str) -> None:
    """Otherwise the next person who saves the request would split it in two."""
    form = TagForm({"name_en": name, "name_zh_hans": ""})
    assert not form.is_valid()
    assert "without commas" in str(form.errors)
    assert TagForm({"name_en": "Rent and lease", "name_zh_hans": "租金"}).is_valid()


@pytest.mark.parametrize("typed", ["# rent", "＃ rent", "  rent ", "rent,"])
def test_signs_around_a_name_are_no_part_of_it(typed: str) -> None:
    assert sorting.names_in(typed) == ["rent"]


@pytest.mark.parametrize(
    ("taken", "given"),
    [
        ({"name_en": "VAT"}, {"name_en": "vat", "name_zh_hans": ""}),
        ({"name_zh_hans": "VAT"}, {"name_en": "VAT", "name_zh_hans": ""}),
        ({"name_en": "租金"}, {"name_en": "Rent", "name_zh_hans": "租金"}),
    ],
    ids=["its-own-column", "across", "across-the-other-way"],
)
def test_no_tag_answers_to_another_s_name(admin: Any, taken: dict[str, str], given: dict[str, str]) -> None:
    Tag.objects.create(**taken)
    tag = Tag.objects.create(name_en="Old")
    with pytest.raises(Refused, match="Another tag has this name"):
        catalogue.rename_tag(tag, by=admin, names=given)
    assert catalogue.rename_tag(tag, by=admin, names={"name_en": "OLD", "name_zh_hans": "旧"}) == tag


@pytest.mark.parametrize("name", ["İstanbul", "ẞ", "Straße", "ΣΑΣ", "🏢", "﷽", "x" * 40, "\\", "%", "'; --"])
def test_odd_names_are_found_again(name: str) -> None:
    """Upper and lower case are the database's here as there."""
    steward = StewardFactory()
    first, second = (sorting.set_tags(accepted(steward), [name], by=steward) for _time in range(2))
    assert first == second
    assert Tag.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_words_of_a_page_in_one_query(rows: int, django_assert_num_queries: Any) -> None:
    steward, asker = StewardFactory(), UserFactory()
    requests = HelpRequest.objects.bulk_create(
        HelpRequestFactory.build(asker=asker, enterprise=None) for _n in range(rows)
    )
    both, only = Tag.objects.create(name_en="Rent", name_zh_hans="租金"), Tag.objects.create(name_zh_hans="签证")
    RequestTag.objects.bulk_create(
        RequestTag(request=each, tag=tag, by=steward) for each in requests for tag in (only, both)
    )
    bare = HelpRequestFactory()
    keys = [*(each.pk for each in requests), bare.pk]
    with django_assert_num_queries(1):
        assert queries.tags_on(keys) == {each.pk: ["签证", "Rent"] for each in requests}
    with translation.override("zh-hans"), django_assert_num_queries(1):
        assert queries.tags_on(keys[:1]) == {keys[0]: ["签证", "租金"]}
    with django_assert_num_queries(0):
        assert queries.tags_on([]) == {}
