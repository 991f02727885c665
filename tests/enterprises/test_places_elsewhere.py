"""A district that the registry names more exactly than the form asks for is not lost when the form is saved."""

from typing import Any

import pytest
from django.urls import reverse

from enterprises.forms import PlaceForm
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, SubdistrictFactory

pytestmark = pytest.mark.django_db
FIELDS = ("district", "operating_district", "tax_district")


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    ("kept", "offered", "sent", "saved"),
    [
        ("310101", "other", "other", "310101"),
        ("320505", "other", "310109", "310109"),
        ("310101", "other", "", ""),
        ("other", "other", "other", "other"),
        ("310109", "310109", "other", "other"),
        ("", "", "other", "other"),
    ],
)
def test_what_is_known_exactly_stays(name: str, kept: str, offered: str, sent: str, saved: str) -> None:
    enterprise = EnterpriseFactory(**{"district": "", name: kept})
    form = PlaceForm(instance=enterprise)
    assert form[name].value() == offered
    form = PlaceForm({name: sent}, instance=enterprise)
    assert form.is_valid(), form.errors
    assert form.facts()[name] == saved


def test_a_subdistrict_of_ours_does_not_go_with_another_district() -> None:
    enterprise = EnterpriseFactory(district="310101")
    form = PlaceForm({"district": "other", "subdistrict": SubdistrictFactory().pk}, instance=enterprise)
    assert list(form.errors) == ["subdistrict"]


def test_on_the_page(as_user: Any) -> None:
    enterprise = EnterpriseFactory(district="310101", tax_district="310115")
    client = as_user(MembershipFactory(enterprise=enterprise).user)
    url = reverse("enterprises:step", args=["place"])
    page = client.get(url).content.decode()
    assert page.count('value="other" selected') == 2
    client.post(url, {"district": "other", "tax_district": "310109"})
    enterprise.refresh_from_db()
    assert (enterprise.district, enterprise.tax_district) == ("310101", "310109")
