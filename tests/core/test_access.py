"""Verdicts, refusals and pages that exist for some roles alone."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Refused, require, roles_required


def test_a_denial_carries_its_sentence() -> None:
    with pytest.raises(Refused, match=r"^Not on Sundays\.$") as refused:
        require(Denied("Not on Sundays."))
    assert refused.value.reason == "Not on Sundays."
    require(Allowed())
    require(Allowed("because"))


def test_a_lazy_sentence_is_read_in_the_language_of_the_reader() -> None:
    with translation.override("zh-hans"):
        told = Refused(_("Yes"))
    assert str(told) == "Yes"
    with translation.override("zh-hans"):
        assert str(told) == "是"


def test_verdicts_are_compared_by_what_they_say() -> None:
    assert Denied("a") == Denied("a") != Denied("b")
    with pytest.raises(AttributeError):
        Denied("a").reason = "b"  # type: ignore[misc]


@roles_required(Role.ADMIN, Role.AUDITOR)
def page(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A page of the service centre."""
    return HttpResponse(str(number))


def visit(user: Any, **kwargs: Any) -> HttpResponse:
    request = RequestFactory().get("/")
    request.user = user
    return page(request, **kwargs)


@pytest.mark.parametrize("role", Role.values)
def test_a_page_exists_for_its_roles_alone(role: str) -> None:
    user = User(roles=[role])
    if role in {"admin", "auditor"}:
        assert visit(user, number=7).content == b"7"
    else:
        with pytest.raises(Http404):
            visit(user)


@pytest.mark.parametrize("user", [User(), User(roles=["admin"], is_active=False), User(roles=["ADMIN"])])
def test_nor_for_those_without_or_switched_off(user: User) -> None:
    with pytest.raises(Http404):
        visit(user)


def test_a_visitor_who_slips_past_the_sign_in_gets_no_page() -> None:
    with pytest.raises((Http404, AttributeError)):
        visit(AnonymousUser())


def test_the_guard_keeps_the_name_of_the_view_and_tells_its_roles() -> None:
    assert (page.__name__, page.__doc__) == ("page", "A page of the service centre.")
    assert page.required_roles == (Role.ADMIN, Role.AUDITOR)  # type: ignore[attr-defined]


class TestBilingual:
    @pytest.mark.parametrize(
        ("active", "current"), [("zh-hans", "zh-hans"), ("en", "en"), ("en-gb", "en"), ("fr", "zh-hans")]
    )
    def test_there_are_two_languages(self, active: str, current: str) -> None:
        with translation.override(active):
            assert bilingual.current() == current

    def test_without_any_the_first_is_meant(self) -> None:
        with translation.override(None):
            assert bilingual.current() == "zh-hans"

    def test_the_other_of_the_other_is_the_same(self) -> None:
        assert [bilingual.other(bilingual.other(each)) for each in bilingual.LANGUAGES] == list(bilingual.LANGUAGES)

    @pytest.mark.parametrize(
        ("asked", "spoken"), [("en", "en"), ("zh-hans", "zh-hans"), ("xx", "zh-hans"), ("", "zh-hans")]
    )
    def test_speaking_to_somebody_and_back_again(self, asked: str, spoken: str) -> None:
        before = translation.get_language()
        with bilingual.speaking(asked):
            assert translation.get_language() == spoken
        assert translation.get_language() == before

    def test_columns(self) -> None:
        assert bilingual.columns("title") == ("title_zh_hans", "title_en")
