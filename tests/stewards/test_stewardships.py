"""Naming stewards: one at a time, from a day on, everybody concerned told."""

from datetime import timedelta

import pytest

from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import Stewardship
from stewards.queries import steward_of
from stewards.stewardships import entrust
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.stewards import StewardshipFactory

pytestmark = pytest.mark.django_db


def name(steward, place, by, scope="enterprise", days=0):
    return entrust(steward=steward, scope=scope, place=place, starts_on=local_day() + timedelta(days=days), by=by)


def test_the_first_steward(admin_user):
    enterprise, steward = EnterpriseFactory(), StewardFactory()
    named = name(steward, enterprise, admin_user)
    assert (named.steward, named.enterprise, named.ends_on) == (steward, enterprise, None)
    assert steward_of(enterprise).steward == steward


@pytest.mark.parametrize(("scope", "factory"), [("park", ParkFactory), ("subdistrict", SubdistrictFactory)])
def test_of_a_park_or_subdistrict(admin_user, scope, factory):
    place, first, second = factory(), StewardFactory(), StewardFactory()
    name(first, place, admin_user, scope)
    name(second, place, admin_user, scope, days=10)
    enterprise = EnterpriseFactory(**{scope: place})
    assert steward_of(enterprise).steward == first
    assert steward_of(enterprise, local_day() + timedelta(days=10)).steward == second


def test_the_former_ones_time_ends_the_day_before(admin_user):
    former = StewardshipFactory()
    successor = StewardFactory()
    name(successor, former.enterprise, admin_user, days=3)
    former.refresh_from_db()
    assert former.ends_on == local_day() + timedelta(days=2)
    assert steward_of(former.enterprise).steward == former.steward
    assert steward_of(former.enterprise, local_day() + timedelta(days=3)).steward == successor


def test_named_the_same_day_is_a_correction(admin_user):
    enterprise, wrong, right = EnterpriseFactory(), StewardFactory(), StewardFactory()
    name(wrong, enterprise, admin_user)
    name(right, enterprise, admin_user)
    assert [each.steward for each in Stewardship.objects.filter(enterprise=enterprise)] == [right]


@pytest.mark.parametrize(("days", "reason"), [(-1, "in the past"), (400, "within a year")])
def test_days_out_of_reach(admin_user, days, reason):
    with pytest.raises(Refused, match=reason):
        name(StewardFactory(), EnterpriseFactory(), admin_user, days=days)
    assert not Stewardship.objects.exists()


def test_twice_the_same_person(admin_user):
    stewardship = StewardshipFactory()
    with pytest.raises(Refused, match="is the steward already"):
        name(stewardship.steward, stewardship.enterprise, admin_user, days=5)
    stewardship.refresh_from_db()
    assert stewardship.ends_on is None


def test_not_before_somebody_who_is_named_already(admin_user):
    enterprise, later = EnterpriseFactory(), StewardFactory()
    name(later, enterprise, admin_user, days=10)
    with pytest.raises(Refused, match="choose a later day"):
        name(StewardFactory(), enterprise, admin_user, days=5)
    assert Stewardship.objects.get().steward == later


@pytest.mark.parametrize("roles", [[], ["steward"], ["auditor", "leader"]])
def test_only_the_service_centre_names(roles):
    with pytest.raises(Refused, match="Only the service centre"):
        name(StewardFactory(), EnterpriseFactory(), UserFactory(roles=roles))


@pytest.mark.parametrize("fields", [{"roles": ["handler"]}, {"roles": ["steward"], "is_active": False}])
def test_only_stewards_are_named(admin_user, fields):
    with pytest.raises(Refused, match="is not a service steward"):
        name(UserFactory(**fields), EnterpriseFactory(), admin_user)


def test_everybody_concerned_is_told_in_their_language(admin_user):
    former = StewardshipFactory()
    member = MembershipFactory(enterprise=former.enterprise, user=UserFactory(language="zh-hans")).user
    MembershipFactory(enterprise=former.enterprise, state="claimed")
    successor = StewardFactory(name_en="Sue Steward", name_zh="苏女士", phone="021-0000 0001")
    name(successor, former.enterprise, admin_user, days=1)
    told = {message.recipient: message for message in Message.objects.all()}
    assert set(told) == {former.steward, successor, member}
    assert "you are the service steward" in told[successor].body
    assert "Please hand over" in told[former.steward].body
    assert told[member].language == "zh-hans"
    assert "苏女士" in told[member].subject
    assert "021-0000 0001" in told[member].body
    assert {message.state for message in told.values()} == {"held"}
