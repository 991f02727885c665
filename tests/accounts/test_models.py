import pytest
from django.db import IntegrityError
from django.utils import translation

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_names_follow_the_language_of_the_page() -> None:
    user = UserFactory(name_zh="虚构甲", name_en="Jia Xugou", title_zh="管家", title_en="Steward")
    assert (user.name, user.title) == ("Jia Xugou", "Steward")
    with translation.override("zh-hans"):
        assert (str(user), user.title) == ("虚构甲", "管家")


@pytest.mark.parametrize(("zh", "en", "shown"), [("虚构甲", "", "虚构甲"), ("", "", "someone"), ("", "A", "A")])
def test_a_missing_name_falls_back(zh: str, en: str, shown: str) -> None:
    assert User(email="someone@example.org", name_zh=zh, name_en=en).name == shown


def test_addresses_are_unique_whatever_their_case() -> None:
    UserFactory(email="a@example.org")
    with pytest.raises(IntegrityError):
        UserFactory(email="A@example.org")


def test_people_are_found_whatever_the_case() -> None:
    user = User.objects.create_user("Some@Example.org", "x")
    assert User.objects.get_by_natural_key("SOME@EXAMPLE.ORG") == user


def test_roles_count_only_while_active() -> None:
    user = UserFactory(roles=["steward", "admin"])
    assert user.has_role("admin", "leader")
    assert not user.has_role("leader")
    user.is_active = False
    assert not user.has_role("admin")


def test_people_are_found_by_role() -> None:
    steward = UserFactory(roles=["steward"])
    UserFactory(roles=["admin"])
    UserFactory(roles=["steward"], is_active=False)
    assert list(User.objects.with_role("steward")) == [steward]


def test_every_change_of_a_person_is_in_the_audit_trail() -> None:
    user = UserFactory(roles=[])
    User.objects.filter(pk=user.pk).update(roles=["admin"])
    assert list(user.audit_rows.order_by("pgh_id").values_list("roles", flat=True)) == [[], ["admin"]]
    assert not hasattr(user.audit_rows.first(), "password")
