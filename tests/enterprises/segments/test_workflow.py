"""Segments kept and retired, tags kept, put on enterprises and taken off: who may, what is refused, what remains."""

from typing import Any

import pytest
from django.utils import translation

from accounts.enums import Role
from enterprises.models import Enterprise, EnterpriseTag, Segment, Tagging
from enterprises.segments import workflow
from enterprises.segments.conditions import Conditions
from enterprises.segments.queries import tags, tags_of
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.tiers import admin, segment, tag, tagged

pytestmark = pytest.mark.django_db
DISTRICT = Conditions(tiers=("district",), here=False)
NAMES = {"name_zh_hans": "出口", "name_en": "Export"}
OTHERS = [role for role in Role.values if role not in (Role.ADMIN, Role.EDITOR)]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


class TestSegments:
    @pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR])
    def test_kept_by(self, role: str) -> None:
        by = UserFactory(roles=[role])
        row = workflow.keep(None, by=by, name=" Software ", conditions=DISTRICT)
        assert (row.name, row.author, row.lock_version) == ("Software", by, 1)
        assert Conditions.of(row.conditions) == DISTRICT

    @pytest.mark.parametrize("role", OTHERS)
    def test_not_by(self, role: str) -> None:
        with pytest.raises(Refused, match="Only the service centre and policy editors"):
            workflow.keep(None, by=UserFactory(roles=[role]), name="№ 1", conditions=DISTRICT)
        with pytest.raises(Refused, match="Only the service centre and policy editors"):
            workflow.retire(segment(), by=UserFactory(roles=[role]))

    def test_everybody_is_no_segment(self) -> None:
        with pytest.raises(Refused, match="it would be everybody"):
            workflow.keep(None, by=admin(), name="№ 1", conditions=Conditions())

    def test_one_of_a_name(self) -> None:
        first = workflow.keep(None, by=admin(), name="Software", conditions=DISTRICT)
        with pytest.raises(Refused, match="of this name already"):
            workflow.keep(None, by=admin(), name="Software", conditions=DISTRICT)
        workflow.retire(first, by=admin())
        assert workflow.keep(None, by=admin(), name="Software", conditions=DISTRICT).pk != first.pk

    def test_other_conditions(self) -> None:
        row = segment("Software")
        kept = workflow.keep(row, by=(by := admin()), name="Trade", conditions=Conditions(industries=("F",)), seen=0)
        kept.refresh_from_db()
        assert (kept.name, kept.conditions, kept.lock_version) == ("Trade", {"industries": ["F"], "here": True}, 1)
        assert kept.author_id != by.pk

    def test_an_old_page(self) -> None:
        row = segment()
        workflow.keep(row, by=admin(), name="№ 1", conditions=DISTRICT, seen=0)
        with pytest.raises(Refused, match="look again"):
            workflow.keep(row, by=admin(), name="№ 2", conditions=DISTRICT, seen=0)

    def test_a_retired_one_rests(self) -> None:
        row = workflow.retire(segment(), by=admin())
        assert row.retired_at
        for act in (
            lambda: workflow.retire(row, by=admin()),
            lambda: workflow.keep(row, by=admin(), name="№ 1", conditions=DISTRICT),
        ):
            with pytest.raises(Refused, match="is retired"):
                act()

    def test_it_is_in_the_audit_trail(self) -> None:
        row = workflow.keep(None, by=admin(), name="№ 1", conditions=DISTRICT)
        workflow.retire(row, by=admin())
        trail: Any = Segment._meta.get_field("audit_rows").related_model
        assert [each.pgh_label for each in trail.objects.filter(pgh_obj=row.pk)] == ["insert", "update"]


class TestTags:
    def test_in_both_languages(self) -> None:
        workflow.keep_tag(None, by=admin(), names=NAMES)
        row: Any = EnterpriseTag.objects.get()
        assert str(row) == "Export"
        with translation.override("zh-hans"):
            assert str(EnterpriseTag.objects.get()) == "出口"

    @pytest.mark.parametrize("role", [*OTHERS, Role.EDITOR])
    def test_the_service_centres_alone(self, role: str) -> None:
        by, word, one = UserFactory(roles=[role]), tag(), EnterpriseFactory()
        for act in (
            lambda: workflow.keep_tag(None, by=by, names=NAMES),
            lambda: workflow.retire_tag(word, by=by),
            lambda: workflow.set_tags(one, [word], by=by),
            lambda: workflow.tag_all(segment(), word, by=by),
        ):
            with pytest.raises(Refused, match="Only the service centre tags"):
                act()

    @pytest.mark.parametrize("names", [{"name_en": "EXPORT"}, {"name_zh_hans": "出口"}, {}])
    def test_one_of_a_name(self, names: dict[str, str]) -> None:
        workflow.keep_tag(None, by=admin(), names=NAMES)
        fresh = {"name_zh_hans": "外贸", "name_en": "Trade", **names} if names else NAMES
        with pytest.raises(Refused, match="of this name already"):
            workflow.keep_tag(None, by=admin(), names=fresh)

    def test_renamed_to_its_own_name(self) -> None:
        row = workflow.keep_tag(None, by=admin(), names=NAMES)
        assert workflow.keep_tag(row, by=admin(), names={**NAMES, "name_en": "Exports"}).pk == row.pk

    def test_retired_and_back(self) -> None:
        word = tag()
        tagged(one := EnterpriseFactory(), word)
        first = workflow.retire_tag(word, by=admin()).retired_at
        assert first
        assert workflow.retire_tag(word, by=admin()).retired_at == first
        assert tags_of(one) == [word]
        assert workflow.retire_tag(word, by=admin(), back=True).retired_at is None


class TestOnEnterprises:
    def test_what_it_has_from_now_on(self) -> None:
        one, other = EnterpriseFactory(), EnterpriseFactory()
        first, second, third = tag(), tag(), tag()
        tagged(other, first)
        by = admin()
        workflow.set_tags(one, [first, second], by=by)
        workflow.set_tags(one, [second, third], by=by)
        workflow.set_tags(one, [second, third], by=by)
        assert tags_of(one) == [second, third]
        assert tags_of(other) == [first]
        workflow.set_tags(one, [], by=by)
        assert tags_of(one) == []

    def test_retired_ones_are_left_alone(self) -> None:
        word = tag(retired_at="2026-01-01T00:00Z")
        tagged(one := EnterpriseFactory(), word)
        workflow.set_tags(one, [], by=admin())
        assert tags_of(one) == [word]

    def test_it_is_in_the_audit_trail(self) -> None:
        one, word = EnterpriseFactory(), tag()
        workflow.set_tags(one, [word], by=admin())
        workflow.set_tags(one, [], by=admin())
        trail: Any = Tagging._meta.get_field("audit_rows").related_model
        assert [each.pgh_label for each in trail.objects.filter(tag_id=word.pk)] == ["insert", "delete"]

    def test_all_of_a_segment(self) -> None:
        rows = EnterpriseFactory.create_batch(3, tier="district")
        EnterpriseFactory()
        word, by, row = tag(), admin(), segment(tiers=["district"])
        tagged(rows[0], word)
        assert workflow.tag_all(row, word, by=by) == 2
        assert workflow.tag_all(row, word, by=by) == 0
        assert {each.enterprise_id for each in word.taggings.all()} == {each.pk for each in rows}
        assert word.taggings.filter(by=by).count() == 2
        assert all(each.at for each in word.taggings.all())

    def test_taken_off_all_who_are_in_it_now(self) -> None:
        rows = EnterpriseFactory.create_batch(3, tier="district")
        word, by, row = tag(), admin(), segment(tiers=["district"])
        workflow.tag_all(row, word, by=by)
        Enterprise.objects.filter(pk=rows[0].pk).update(tier="")
        assert workflow.tag_all(row, word, by=by, off=True) == 2
        assert [each.enterprise_id for each in word.taggings.all()] == [rows[0].pk]

    def test_a_segment_that_asks_for_the_tag_itself(self) -> None:
        word, other, by = tag(), tag(), admin()
        tagged(EnterpriseFactory(), word)
        row = segment(tags=[str(word.pk)])
        assert workflow.tag_all(row, other, by=by) == 1
        assert workflow.tag_all(row, word, by=by, off=True) == 1
        assert not word.taggings.exists()

    @pytest.mark.parametrize("conditions", [
        {"titles": ["x"]}, {"industries": ["I65", "-"]}, {"founded_within": 3, "employees_from": 2}, {"tiers": ["none"]}
    ])  # fmt: skip
    def test_whatever_the_conditions(self, conditions: dict[str, Any]) -> None:
        assert workflow.tag_all(segment(**conditions), tag(), by=admin()) == 0

    def test_a_retired_tag_is_put_on_nobody_but_taken_off(self) -> None:
        one = EnterpriseFactory(tier="district")
        word = tag(retired_at="2026-01-01T00:00Z")
        with pytest.raises(Refused, match="is retired"):
            workflow.tag_all(segment(), word, by=admin())
        tagged(one, word)
        assert workflow.tag_all(segment(), word, by=admin(), off=True) == 1

    def test_too_many_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workflow, "MOST_TAGGED", 2)
        EnterpriseFactory.create_batch(3, tier="district")
        with pytest.raises(Refused, match="too many"):
            workflow.tag_all(segment(), tag(), by=admin())
        assert not Tagging.objects.exists()

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_one_statement_for_all(self, count: int, django_assert_num_queries: Any) -> None:
        EnterpriseFactory.create_batch(count, tier="district")
        row, word, by = segment(), tag(), admin()
        with django_assert_num_queries(5):  # savepoint, lock, count, insert, release
            assert workflow.tag_all(row, word, by=by) == count
        assert tags().get(pk=word.pk).used == count
