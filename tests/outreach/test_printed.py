"""What stands on paper: where it came from and when; and no address that is only its owner's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from outreach.bulletins import workflow
from outreach.models import Bulletin, PublicityPoint, Subscriber
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from tests.factories import outreach as make
from tests.factories.outreach_rooms import observers
from tests.factories.outreach_rooms import packages as packs
from tests.factories.policies import PolicyFactory
from tests.outreach.test_bulletins import TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]


def issue(**policy: Any) -> str:
    by = make.organiser()
    row = workflow.begin(by=by, content=TEXTS)
    workflow.add(row, by=by, policy=PolicyFactory(**policy))
    workflow.send(row, by=by)
    workflow.publish(row, by=make.reviewer())
    return reverse("bulletins:issue", args=[row.slug])


def month() -> str:
    day = make.event().occasion.day
    return reverse("events:month", args=[day.year, day.month])


def point() -> str:
    return reverse("points:sheet", args=[PublicityPoint.objects.create(place=make.place()).place.slug])


def package(name: str) -> Callable[[], str]:
    return lambda: reverse(f"packs:{name}", args=[packs.link(packs.handed()).code])


def guest() -> str:
    return reverse("outreach:guest", args=[make.registration(make.occasion()).key])


def subscription() -> str:
    return reverse("bulletins:subscription", args=[Subscriber.objects.create(email="reader@example.com").key])


def last_line(page: str) -> str:
    return page.partition('<p class="only-print print-line">')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    "make_page",
    [issue, month, point, package("page"), package("sheet")],
    ids=["issue", "month", "point", "package", "sheet"],
)
@pytest.mark.parametrize(("language", "printed"), [("en", "Printed on {}"), ("zh-hans", "打印于{}")])
def test_a_public_sheet_says_where_it_came_from_and_when(
    client: Client, make_page: Callable[[], str], language: str, printed: str
) -> None:
    with translation.override(language):
        path = make_page()
        said = printed.format(day_plain(local_day()))
    line = last_line(client.get(path).content.decode())
    assert f"{settings.SITE_URL}{path}" in line
    assert said in line


@pytest.mark.parametrize("make_page", [guest, subscription])
def test_an_address_that_is_only_its_owners_is_not_on_paper(client: Client, make_page: Callable[[], str]) -> None:
    path = make_page()
    line = last_line(client.get(path).content.decode())
    assert settings.SITE_URL in line
    assert path not in line


def test_an_issue_on_paper_spells_its_links_and_sources(client: Client) -> None:
    with translation.override("en"):
        path = issue(slug="rent-support", document_number="HK 3", issued_on="2026-03-02")
    page = client.get(path).content.decode()
    assert f'<p class="only-print meta">{settings.SITE_URL}/en/policies/rent-support/</p>' in page
    assert "Policy · HK 3 · 2 March 2026" in page
    source = {"state": "published", "source_url": "https://example.com/issue", "day": local_day()}
    Bulletin.objects.create(slug="old", **source, **make.both(title="Old issue"))
    assert '<a class="spelled" href="https://example.com/issue"' in client.get("/en/bulletins/old/").content.decode()


def test_the_point_and_the_package_lead_back_by_address_or_code(client: Client) -> None:
    found = PublicityPoint.objects.create(place=make.place(source_url="https://example.com/place"))
    sheet = client.get(f"/en/points/{found.place.slug}/sheet/").content.decode()
    assert "https://example.com/place" in sheet
    code = packs.link(packs.handed()).code
    page = client.get(f"/en/s/{code}/").content.decode()
    figure = page.partition('<figure class="only-print share">')[2].partition("</figure>")[0]
    assert reverse("short:package-code", args=[code]) in figure
    assert f"/s/{code}/" in figure


def test_a_certificate_is_a_sheet_of_its_own_with_the_code_that_proves_it(client: Client) -> None:
    row = observers.observer()
    page = client.get(f"/en/observers/certificate/{row.key}/").content.decode()
    assert 'class="stack certificate"' in page
    assert f"/observers/certificate/{row.key}/code/" in page
    assert str(row.key) not in last_line(page)
