"""What changes many records at once leaves one entry a record in the audit trail, all of one context."""

from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection

from enterprises.models import Enterprise, Tagging, TierProposal
from tests.factories import tiers as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db


def trail(model: Any, **narrowed: Any) -> Any:
    event = apps.get_model("enterprises", f"{model.__name__}Event")
    return event.objects.filter(**narrowed).order_by("pgh_id")


def test_made_and_changed_one_by_one() -> None:
    one = EnterpriseFactory(employees=3)
    one.employees = 4
    one.save()
    one.save()  # nothing changes
    assert list(trail(Enterprise, pgh_obj_id=one.pk).values_list("pgh_label", "employees")) == [
        ("insert", 3),
        ("update", 4),
    ]


@pytest.mark.parametrize("many", [1, 3, 30])
def test_many_at_once(many: int, django_assert_num_queries: Any) -> None:
    rows = [EnterpriseFactory(tier="", employees=n) for n in range(many)]
    keeps = EnterpriseFactory(tier="district")
    by = UserFactory()
    with pghistory.context(user=by.pk), django_assert_num_queries(1):
        Enterprise.objects.all().update(tier="district")
    events = trail(Enterprise, pgh_label="update")
    assert sorted(events.values_list("pgh_obj_id", flat=True)) == sorted(row.pk for row in rows)
    assert keeps.pk not in events.values_list("pgh_obj_id", flat=True)
    assert set(events.values_list("tier", flat=True)) == {"district"}
    assert len({event.pgh_context_id for event in events}) == 1
    assert events[0].pgh_context.metadata["user"] == by.pk


def test_both_languages_are_kept() -> None:
    one = EnterpriseFactory(name_zh_hans="虚构甲", name_en="Fictional A")
    Enterprise.objects.filter(pk=one.pk).update(name_en="Fictional B")
    assert list(trail(Enterprise, pgh_obj_id=one.pk).values_list("name_zh_hans", "name_en")) == [
        ("虚构甲", "Fictional A"),
        ("虚构甲", "Fictional B"),
    ]


def test_written_by_sql() -> None:
    one = EnterpriseFactory(employees=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enterprises_enterprise SET employees = employees + 1")
        cursor.execute("UPDATE enterprises_enterprise SET employees = employees WHERE false")
    assert list(trail(Enterprise, pgh_obj_id=one.pk).values_list("employees", flat=True)) == [1, 2]


def test_tags_put_on_many_and_taken_off() -> None:
    word = make.tag()
    rows = [make.tagged(EnterpriseFactory(), word) for _n in range(3)]
    Tagging.objects.all().delete()
    for row in rows:
        labels = trail(Tagging, pgh_obj_id=row.pk).values_list("pgh_label", flat=True)
        assert list(labels) == ["insert", "delete"]
    assert trail(Tagging).count() == 6
    assert set(trail(Tagging, pgh_label="delete").values_list("tag", flat=True)) == {word.pk}


def test_a_proposal_s_trail_tells_what_was_changed_by_hand_only() -> None:
    one = make.earning(30_000)
    row = make.opened()
    found = make.proposal_of(row, one)
    row.proposals.update(done_at=row.opened_at)
    assert not trail(TierProposal).exists()
    TierProposal.objects.filter(pk=found.pk).update(note="Looked at", by=row.opened_by)
    assert trail(TierProposal).get().note == "Looked at"
