"""Categories, tags and links of one request, and the lists that the service centre keeps."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.core.access import Refused
from stewards import timeline
from stewards.models import HelpRequest, RequestCategory, RequestEvent, RequestLink, RequestTag, Tag, UsualSteps
from stewards.relations import catalogue, filtering, links, sorting
from stewards.relations.fields import category_choices
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
TAX = {"name_zh_hans": "税务", "name_en": "Tax"}
VAT = {"name_zh_hans": "增值税", "name_en": "VAT"}
SPACE = {"name_zh_hans": "办公用房", "name_en": "Office space"}


@pytest.fixture
def admin(db: None) -> Any:
    return UserFactory(roles=["admin"], name_en="Ada")


@pytest.fixture
def tree(admin: Any) -> tuple[RequestCategory, RequestCategory, RequestCategory]:
    """Tax, with VAT below it, and Office space."""
    tax = catalogue.add_category(by=admin, names=TAX)
    return tax, catalogue.add_category(by=admin, names=VAT, parent=tax), catalogue.add_category(by=admin, names=SPACE)


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella")


def names(*, active: bool = True) -> list[str]:
    return [each.name for each in RequestCategory.objects.filter(active=active)]


# --- the category of a request -------------------------------------------------------------------------------------


def test_the_desk_files_a_request(tree: Any, steward: Any) -> None:
    asked = accepted(steward)
    sorting.set_category(asked, tree[1], by=steward)
    assert HelpRequest.objects.get(pk=asked.pk).category == tree[1]
    assert timeline.entries(asked) == []  # the enterprise is not bothered with it
    assert [entry.title for entry in timeline.entries(asked, internal=True)] == ["Stella set the category: VAT"]
    with translation.override("zh-hans"):
        assert "增值税" in timeline.entries(asked, internal=True)[0].title
    sorting.set_category(asked, tree[1], by=steward)
    assert asked.events.count() == 1
    sorting.set_category(asked, None, by=steward)
    assert timeline.entries(asked, internal=True)[-1].title == "Stella set the category: none"
    assert HelpRequest.objects.get(pk=asked.pk).lock_version == 0


def test_a_retired_category_is_not_given_any_more(tree: Any, steward: Any, admin: Any) -> None:
    asked = accepted(steward, category=tree[2])
    catalogue.retire_category(tree[2], by=admin, active=False)
    tree[2].refresh_from_db()
    assert sorting.set_category(asked, tree[2], by=steward).category == tree[2]  # what it has it keeps
    with pytest.raises(Refused, match="no longer in use"):
        sorting.set_category(accepted(steward), tree[2], by=steward)


@pytest.mark.parametrize("who", ["stranger", "enterprise"])
def test_only_the_desk_sorts(tree: Any, steward: Any, who: str) -> None:
    asked = accepted(steward)
    by = HandlerFactory() if who == "stranger" else asked.asker
    for act in (
        lambda: sorting.set_category(asked, tree[0], by=by),
        lambda: sorting.set_tags(asked, ["rent"], by=by),
        lambda: links.link(asked, accepted(steward), by=by),
    ):
        with pytest.raises(Refused, match="not on your desk"):
            act()
    assert not RequestEvent.objects.exists()


def test_the_list_in_groups(tree: Any, admin: Any) -> None:
    tax, vat, space = tree
    assert category_choices() == [
        ("", "—"),
        ("Tax", [(str(tax.pk), "Tax in general"), (str(vat.pk), "VAT")]),
        (str(space.pk), "Office space"),
    ]
    catalogue.retire_category(tax, by=admin, active=False)
    assert category_choices() == [("", "—"), (str(space.pk), "Office space")]
    assert category_choices(vat.pk)[-1] == (str(vat.pk), "VAT")  # for the request that has it


# --- tags ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("rent, visa", ["rent", "visa"]),
        ("租金，签证、 注册；rent", ["租金", "签证", "注册", "rent"]),
        (" #Rent ,rent, RENT ,, ", ["RENT"]),
        ("two  words\nnext", ["two words", "next"]),
        ("", []),
        (",，;、#", []),
    ],
)
def test_what_is_typed_as_tags(text: str, tags: list[str]) -> None:
    assert sorting.names_in(text) == tags


def test_tags_are_exactly_those(steward: Any) -> None:
    asked, second = accepted(steward), accepted(steward)
    rent, visa = sorting.set_tags(asked, ["Rent", "签证"], by=steward)
    assert (rent.name_en, rent.name_zh_hans, visa.name_zh_hans, visa.name_en) == ("Rent", None, "签证", None)
    assert sorting.set_tags(second, ["rent"], by=steward) == [rent]  # one list for the district
    sorting.set_tags(asked, ["签证", "New"], by=steward)
    assert [each.tag.name for each in asked.tagged.order_by("pk")] == ["签证", "New"]
    assert RequestTag.objects.filter(tag=rent).count() == 1
    sorting.set_tags(asked, [], by=steward)
    assert not asked.tagged.exists()
    assert Tag.objects.count() == 3


def test_a_tag_answers_to_both_its_names(steward: Any) -> None:
    tag = Tag.objects.create(name_zh_hans="租金", name_en="Rent")
    assert sorting.set_tags(accepted(steward), ["租金", "rent"], by=steward) == [tag, tag]


@pytest.mark.parametrize(
    ("tags", "words"), [([str(n) for n in range(11)], "at most 10 tags"), (["x" * 41], "too long for a tag")]
)
def test_too_many_and_too_long(steward: Any, tags: list[str], words: str) -> None:
    asked = accepted(steward)
    with pytest.raises(Refused, match=words):
        sorting.set_tags(asked, tags, by=steward)
    assert not Tag.objects.exists()


def test_a_name_is_given_once_whatever_its_case(db: None) -> None:
    Tag.objects.create(name_en="Rent")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name_en="RENT")
    Tag.objects.create(name_zh_hans="租金")  # without an English name, as many as one likes
    Tag.objects.create(name_zh_hans="签证")


# --- links ---------------------------------------------------------------------------------------------------------


def test_linked_both_ways(steward: Any) -> None:
    one, other = accepted(steward), accepted(steward)
    kept = links.link(other, one, by=steward, note="  The same   building ")
    assert (kept.one, kept.other, kept.note) == (one, other, "The same building")
    for here, there in ((one, other), (other, one)):
        entry = timeline.entries(here, internal=True)[0]
        assert (entry.title, entry.text) == (f"Stella linked the request to {there.number}", "The same building")
        assert timeline.entries(here) == []
    with pytest.raises(Refused, match="linked already"):
        links.link(one, other, by=steward)
    for _time in range(2):  # a double click
        links.unlink(one, other, by=steward)
    assert not RequestLink.objects.exists()
    assert [event.kind for event in other.events.all()] == ["linked", "unlinked"]


def test_not_with_itself_nor_with_what_is_not_theirs(steward: Any) -> None:
    one = accepted(steward)
    with pytest.raises(Refused, match="itself"):
        links.link(one, one, by=steward)
    elsewhere = accepted(HandlerFactory())
    for pair in ((one, elsewhere), (elsewhere, one)):
        with pytest.raises(Refused, match="not on your desk"):
            links.link(*pair, by=steward)
    assert not RequestLink.objects.exists()


# --- the service centre's lists ------------------------------------------------------------------------------------


def test_only_the_service_centre_keeps_the_lists(tree: Any, steward: Any) -> None:
    tag = Tag.objects.create(name_en="Rent")
    acts = [
        lambda: catalogue.add_category(by=steward, names=SPACE),
        lambda: catalogue.change_category(tree[0], by=steward, names=SPACE, parent=None),
        lambda: catalogue.move_category(tree[0], by=steward, up=False),
        lambda: catalogue.retire_category(tree[0], by=steward, active=False),
        lambda: catalogue.remove_category(tree[2], by=steward),
        lambda: catalogue.rename_tag(tag, by=steward, names=TAX),
        lambda: catalogue.merge_tags(tag, tag, by=steward),
        lambda: catalogue.remove_tag(tag, by=steward),
        lambda: catalogue.set_usual_steps("help", by=steward, steps={}),
    ]
    for act in acts:
        with pytest.raises(Refused, match="Only the service centre"):
            act()
    assert names() == ["Tax", "VAT", "Office space"]


def test_categories_change_places_within_their_level(tree: Any, admin: Any) -> None:
    tax, _vat, space = tree
    for _time in range(2):  # at the top there is no further up
        catalogue.move_category(space, by=admin, up=True)
    first = RequestCategory.objects.filter(parent=None)
    assert list(first) == [space, tax]
    catalogue.move_category(space, by=admin, up=False)
    assert list(first.all()) == [tax, space]


def test_a_category_moves_below_another(tree: Any, admin: Any) -> None:
    tax, vat, space = tree
    moved = catalogue.change_category(space, by=admin, names={**SPACE, "name_en": "Premises"}, parent=tax)
    assert (moved.parent, moved.name_en) == (tax, "Premises")
    assert list(tax.children.all()) == [vat, space]
    with pytest.raises(Refused, match="two levels"):
        catalogue.add_category(by=admin, names=SPACE, parent=vat)
    with pytest.raises(Refused, match="has categories below it"):
        catalogue.change_category(tax, by=admin, names=TAX, parent=catalogue.add_category(by=admin, names=SPACE))


def test_one_in_use_is_retired_with_what_is_below_it(tree: Any, admin: Any) -> None:
    tax, vat, _space = tree
    asked = HelpRequestFactory(category=vat)
    with pytest.raises(Refused, match="is in use: retire it instead"):
        catalogue.remove_category(vat, by=admin)
    with pytest.raises(Refused, match="is in use"):
        catalogue.remove_category(tax, by=admin)  # others are below it
    catalogue.retire_category(tax, by=admin, active=False)
    assert names(active=False) == ["Tax", "VAT"]
    with pytest.raises(Refused, match="“Tax” is retired"):
        catalogue.retire_category(vat, by=admin, active=True)
    catalogue.retire_category(tax, by=admin, active=True)
    assert names(active=False) == ["VAT"]
    asked.refresh_from_db()
    assert asked.category == vat
    assert {each.name: each.used for each in catalogue.categories()} == {
        "Tax": False, "VAT": True, "Office space": False,
    }  # fmt: skip


def test_one_that_was_never_used_can_go(tree: Any, admin: Any) -> None:
    catalogue.remove_category(tree[2], by=admin)
    assert names() == ["Tax", "VAT"]


def test_there_are_never_too_many(tree: Any, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MOST_CATEGORIES", 3)
    with pytest.raises(Refused, match="There are 3 categories"):
        catalogue.add_category(by=admin, names=SPACE)


def test_tags_are_completed_and_merged(admin: Any, steward: Any) -> None:
    one, other = accepted(steward), accepted(steward)
    sorting.set_tags(one, ["Rent", "租金"], by=steward)
    rent, zujin = sorting.set_tags(other, ["Rent", "租金"], by=steward)
    sorting.set_tags(other, ["租金"], by=steward)
    with pytest.raises(Refused, match="Another tag has this name"):
        catalogue.rename_tag(zujin, by=admin, names={"name_zh_hans": "租金", "name_en": "RENT"})
    merged = catalogue.merge_tags(zujin, rent, by=admin)
    assert (merged.name_en, merged.name_zh_hans) == ("Rent", "租金")
    assert sorted(RequestTag.objects.values_list("request", "tag")) == [(one.pk, rent.pk), (other.pk, rent.pk)]
    with pytest.raises(Refused, match="no longer there"):
        catalogue.merge_tags(zujin, rent, by=admin)
    with pytest.raises(Refused, match="into itself"):
        catalogue.merge_tags(rent, rent, by=admin)
    renamed = catalogue.rename_tag(rent, by=admin, names={"name_zh_hans": "租金补贴", "name_en": ""})
    assert (renamed.name_zh_hans, renamed.name_en) == ("租金补贴", None)
    catalogue.remove_tag(rent, by=admin)
    assert not Tag.objects.exists()


def test_usual_steps_line_by_line(admin: Any) -> None:
    steps = {"steps_zh_hans": "致电\n\n 核对材料 ", "steps_en": "Call\nCheck  the papers"}
    catalogue.set_usual_steps("help", by=admin, steps=steps)
    kept = catalogue.set_usual_steps("help", by=admin, steps=steps)
    assert (kept.steps_zh_hans, kept.steps_en) == ("致电\n核对材料", "Call\nCheck the papers")
    assert UsualSteps.objects.count() == 1
    for bad, words in (
        ({"steps_zh_hans": "致电", "steps_en": "Call\nCheck"}, "as many lines"),
        ({"steps_zh_hans": "致" * 201, "steps_en": "Call"}, "At most 20 steps"),
        ({"steps_zh_hans": "致\n" * 21, "steps_en": "C\n" * 21}, "At most 20 steps"),
    ):
        with pytest.raises(Refused, match=words):
            catalogue.set_usual_steps("help", by=admin, steps=bad)
    with pytest.raises(Refused, match="no such type"):
        catalogue.set_usual_steps("wish", by=admin, steps=steps)


# --- as filters of the queue ---------------------------------------------------------------------------------------


def test_the_first_level_stands_for_what_is_below_it(tree: Any, steward: Any) -> None:
    tax, vat, space = tree
    kept = {each.pk: accepted(steward, category=each) for each in tree}
    tag = sorting.set_tags(kept[space.pk], ["Rent"], by=steward)[0]
    everything = HelpRequest.objects.order_by("pk")

    def found(category: Any = "", tag: Any = "") -> list[HelpRequest]:
        rows = filtering.sorted_under(everything, str(category))
        ways = [rows]
        if tag:
            has = filtering.has_tag(str(tag))
            ways = [rows.filter(has), *(filtering.tagged(rows, str(tag), short=short) for short in (True, False))]
        found, *others = map(list, ways)
        assert all(other == found for other in others)
        return found

    assert found(tax.pk) == [kept[tax.pk], kept[vat.pk]]
    assert found(vat.pk) == [kept[vat.pk]]
    assert found(tag=tag.pk) == found(space.pk, tag.pk) == [kept[space.pk]]
    assert found(vat.pk, tag.pk) == []


def test_both_lists_in_one_query(tree: Any, django_assert_num_queries: Any) -> None:
    tax, vat, space = tree
    tags = [Tag.objects.create(name_en=name) for name in ("visa", "Rent")]
    with django_assert_num_queries(1):
        lists = filtering.Lists.read()
    assert lists.categories(str(vat.pk)) == [
        ("Tax", [(str(tax.pk), "Tax", False), (str(vat.pk), "VAT", True)]),
        ("", [(str(space.pk), "Office space", False)]),
    ]
    assert lists.tags("") == [(str(tags[1].pk), "Rent", False), (str(tags[0].pk), "visa", False)]
    assert lists.keys(tags=True) == {str(tag.pk) for tag in tags}
