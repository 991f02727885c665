"""Values in the audit trail as its reader knows them: words of choices, days, yes and no."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from enterprises.models import Enterprise, Membership
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def trail(as_user: SignIn, source: str, language: str = "en") -> str:
    text = as_user(UserFactory(roles=["auditor"])).get(f"/{language}/audit/?of={source}").content.decode()
    return text.partition("<tbody>")[2]


@pytest.mark.parametrize(
    ("language", "change"),
    [("en", "<del>waiting for verification</del> → <ins>active</ins>"), ("zh-hans", "<ins>有效</ins>")],
)
def test_a_choice_reads_as_its_word(as_user: SignIn, language: str, change: str) -> None:
    membership = MembershipFactory(state="claimed")
    Membership.objects.filter(pk=membership.pk).update(state="active")
    assert change in trail(as_user, "memberships", language)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"founded_on": date(2020, 2, 29)}, "29 February 2020"),
        ({"titles_known": True}, "Yes"),
        ({"listed": False}, "No"),
        ({"employees": 12}, "12"),
        ({"size": "micro"}, "Micro"),
        ({"size": "gigantic"}, "gigantic"),
        ({"address_en": "x" * 200}, "x" * 119 + "…"),
    ],
)
def test_each_kind_of_value(as_user: SignIn, fields: dict[str, Any], shown: str) -> None:
    enterprise = EnterpriseFactory()
    Enterprise.objects.filter(pk=enterprise.pk).update(**fields)
    assert f"<ins>{shown}</ins>" in trail(as_user, "enterprises")


def test_lists_stay_lists(as_user: SignIn) -> None:
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(roles=["admin"])
    assert "admin" in trail(as_user, "people")
