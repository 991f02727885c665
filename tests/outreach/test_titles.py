"""A draft has a name on the desk before it is saved."""

from typing import Any

import pytest
from django.urls import reverse

from outreach.models import Bulletin, PartnerPackage
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
WORDS = "Give it a title in one language"


@pytest.mark.parametrize(("room", "model"), [("bulletins", Bulletin), ("packs", PartnerPackage)])
@pytest.mark.parametrize(
    ("titles", "saved"),
    [
        ({}, False),
        ({"title_zh_hans": "  ", "title_en": " "}, False),
        ({"title_en": "x" * 201}, False),
        ({"title_zh_hans": "十二月"}, True),
        ({"title_en": "December"}, True),
    ],
)
def test_one_title_is_enough_and_none_is_not(
    as_user: Any, room: str, model: Any, titles: dict[str, str], saved: bool
) -> None:
    response = as_user(UserFactory(roles=["editor"])).post(reverse(f"{room}:new"), titles)
    assert (response.status_code, model.objects.count()) == ((302, 1) if saved else (422, 0))
    if not saved:
        too_long = len(titles.get("title_en", "")) > 200
        assert (WORDS in response.content.decode()) is not too_long
