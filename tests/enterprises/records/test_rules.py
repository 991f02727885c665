"""The rules of the records one by one, what apps above add, and the small tools of a merge."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.enums import Role
from enterprises import credit_code, workflow
from enterprises.enums import Standing
from enterprises.models import Enterprise, Invitation
from enterprises.records import above, facts, forms, rules
from portal.core.access import Refused
from portal.home.moved import MORE
from stewards.models import Stewardship
from stewards.queries import stewards_of
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.records import merged

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("role", Role.values)
def test_who_keeps_records(role: str) -> None:
    assert bool(rules.may_keep(UserFactory(roles=[role]))) is (role == Role.ADMIN)
    assert not rules.may_keep(UserFactory(roles=[role], is_active=False))


@pytest.mark.parametrize("standing", Standing.values)
@pytest.mark.parametrize("before", Standing.values)
def test_every_standing_leads_to_every_other(before: str, standing: str) -> None:
    row = EnterpriseFactory.build(standing=before)
    assert bool(rules.may_stand(row, standing, TODAY, TODAY)) is (before != standing)


@pytest.mark.parametrize(
    ("standing", "days", "may"),
    [
        (Standing.LEFT, 0, True),
        (Standing.LEFT, -9_000, True),
        (Standing.LEFT, 1, False),
        (Standing.CLOSED, 1, False),
        (Standing.LEAVING, 1, True),
        (Standing.LEAVING, 731, True),
        (Standing.LEAVING, 732, False),
    ],
)
def test_on_which_days(standing: str, days: int, may: bool) -> None:
    row = EnterpriseFactory.build()
    assert bool(rules.may_stand(row, standing, TODAY + timedelta(days=days), TODAY)) is may


class TestAbove:
    def test_everybody_who_looks_after_it_is_known_once(self) -> None:
        park, area = ParkFactory(), SubdistrictFactory()
        row = EnterpriseFactory(park=park, subdistrict=area)
        one, other, gone, tomorrow = (StewardFactory() for _n in range(4))
        day = rules.EARLIEST
        Stewardship.objects.create(steward=one, enterprise=row, starts_on=day)
        Stewardship.objects.create(steward=one, scope="park", park=park, starts_on=day)
        Stewardship.objects.create(steward=other, scope="subdistrict", subdistrict=area, starts_on=day)
        Stewardship.objects.create(steward=gone, scope="park", park=park, starts_on=day, ends_on=day)
        Stewardship.objects.create(steward=tomorrow, scope="park", park=park, starts_on=date(2999, 1, 1))
        assert set(stewards_of(row)) == above.people_of(row) == {one, other}
        assert stewards_of(EnterpriseFactory()) == []

    def test_what_is_added_twice_is_there_once(self) -> None:
        audiences, cares = list(above._AUDIENCES), list(above._CARES)
        for each in audiences:
            above.told_of(each)
        for care in cares:
            above.after_change(care)
        assert (audiences, cares) == (above._AUDIENCES, above._CARES)
        assert stewards_of in audiences

    @pytest.mark.parametrize(
        ("column", "name"),
        [
            ("enterprises.enterprise.head", "Branches and subsidiaries"),
            ("enterprises.enterprise.merged_into", "Records merged earlier"),
            ("stewards.helprequest.enterprise", "Requests"),
            ("some.thing.enterprise", "Other rows"),
        ],
    )
    def test_what_moves_has_a_name(self, column: str, name: str) -> None:
        assert above.name_of(column) == name

    def test_nothing_that_moves_is_nameless(self) -> None:
        from enterprises.records.moving import columns

        nameless = [each.key for each in columns() if above.name_of(each.key) == "Other rows"]
        assert nameless == []
        known = {each.key for each in columns()} | {each.key.rpartition(".")[0] for each in columns()}
        assert set(MORE) <= known


class TestForms:
    def two(self, **other: Any) -> tuple[Enterprise, Enterprise]:
        return EnterpriseFactory(employees=1, name_en="Stars"), EnterpriseFactory(employees=2, name_en="Stars", **other)

    def test_a_merge_asks_for_each_difference_and_begins_with_what_is_known(self) -> None:
        form = forms.MergeForm(differences=facts.differences(*self.two(tax_district="310109")))
        names = [name for name in form.fields if name.startswith("fact-")]
        assert {"fact-employees", "fact-tax_district", "fact-name_zh_hans"} == set(names)
        assert list(form.fields)[-1] == "reason"
        assert (form.fields["fact-employees"].initial, form.fields["fact-tax_district"].initial) == ("keep", "drop")
        kept = dict(form.fields["fact-tax_district"].choices)["keep"]  # type: ignore[attr-defined]
        assert kept == "Of the record that stays: unknown"

    def test_what_was_chosen(self) -> None:
        data = {"fact-employees": "drop", "fact-name_zh_hans": "keep", "reason": "One licence"}
        form = forms.MergeForm(data, differences=facts.differences(*self.two()))
        assert form.is_valid(), form.errors
        assert form.taken() == ["employees"]

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
    def test_a_reason_of_some_length(self, reason: str) -> None:
        form = forms.MergeForm({"reason": reason}, differences=[])
        assert list(form.errors) == ["reason"]

    @pytest.mark.parametrize("typed", ["", "  ", "\t"])
    def test_no_head(self, typed: str) -> None:
        form = forms.HeadForm({"credit_code": typed})
        assert form.is_valid()
        assert form.head is None

    def test_a_head_by_its_code_however_it_is_typed(self) -> None:
        head = EnterpriseFactory(credit_code=credit_code.make(3))
        code = head.credit_code.lower()
        form = forms.HeadForm({"credit_code": f" {code[:8]} {code[8:]} ", "head_as": "branch"})
        assert form.is_valid(), form.errors
        assert form.head == head

    @pytest.mark.parametrize("text", ["\x00", "x" * 200, "😀", "' OR 1=1"])
    def test_odd_words_are_no_failure(self, text: str) -> None:
        asked = forms.FilterForm({"q": text, "standing": text}).asked()
        assert asked["standing"] == ""
        assert not Enterprise.objects.found_by(asked["q"]).exists()


def test_an_invitation_left_behind_by_a_merge_leads_nowhere() -> None:
    """The kept record has one to the same address already."""
    keep, drop = (MembershipFactory() for _n in range(2))
    person = UserFactory(email="ann@example.com")
    for owner in (keep, drop):
        workflow.invite(owner.enterprise, by=owner.user, email=person.email)
    merged(keep.enterprise, drop.enterprise)
    left = Invitation.objects.get(enterprise=drop.enterprise)
    with pytest.raises(Refused, match="no longer valid"):
        workflow.accept_invitation(left, by=person)
    joined = workflow.accept_invitation(Invitation.objects.get(enterprise=keep.enterprise), by=person)
    assert joined.enterprise == keep.enterprise


class TestFacts:
    @pytest.mark.parametrize("name", facts.FACTS)
    def test_each_has_a_label_and_a_value(self, name: str) -> None:
        row = EnterpriseFactory()
        assert facts._label(name)
        assert facts.value(row, name) in ("", None) or facts.value(row, name)

    def test_what_only_the_kept_record_knows_is_no_difference(self) -> None:
        keep = EnterpriseFactory(name_zh_hans="虚构星辰", name_en="Stars", employees=4)
        drop = EnterpriseFactory(name_zh_hans="虚构星辰", name_en="Stars")
        assert facts.differences(keep, drop) == []
        assert [each.field for each in facts.differences(drop, keep)] == ["employees"]

    def test_the_size_class_follows(self) -> None:
        keep, drop = EnterpriseFactory(size="large"), EnterpriseFactory()
        facts.take(keep, drop, [])
        assert keep.size == ""
