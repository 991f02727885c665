"""“You said, we did”: one page with both sources, grouped; each group on its own, page by page."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from stewards.models import Obstacle
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms import observers as our

pytestmark = pytest.mark.django_db
URL = "/en/you-said-we-did/"


def obstacle(**fields: Any) -> Obstacle:
    people = {name: UserFactory() for name in ("author", "owner", "reviewer")}
    texts = make.both(title="Three copies of one form", said="Three", did="One")
    return Obstacle.objects.create(state="published", published_at=timezone.now(), **{**people, **texts, **fields})


def test_both_sources_on_one_page_each_in_its_group(client: Any) -> None:
    one, other = obstacle(), our.published()
    our.picture(other)
    our.replied()
    page = client.get(URL).content.decode()
    enterprises, observers = page.split('id="from-enterprises"')[1].split('id="from-observers"')
    assert f'id="o{one.pk}"' in enterprises
    assert f'id="f{other.pk}"' in observers
    assert page.count("<article") == 2
    assert reverse("observers:picture", args=[other.pictures.get().file.key]) in observers
    assert other.assignment.observer.candidate.name not in page.split("<main")[1]


def test_one_group_alone_and_nonsense_is_all(client: Any) -> None:
    obstacle()
    our.published()
    counts = {
        given: client.get(URL, {"from": given}).content.decode().count("<article")
        for given in ("enterprises", "observers", "nobody", "<b>")
    }
    assert counts == {"enterprises": 1, "observers": 1, "nobody": 2, "<b>": 2}
    assert "Nothing has been published yet" not in client.get(URL).content.decode()


def test_the_newest_of_each_and_all_of_one_page_by_page(client: Any) -> None:
    given = our.assignment()
    for _n in range(22):
        our.published(given)
    page = client.get(URL).content.decode()
    assert page.count("<article") == 5
    assert "All of them" in page
    first = client.get(URL, {"from": "observers"}).content.decode()
    assert first.count("<article") == 20
    cursors = re.findall(r'href="([^"]*cursor=[^"]*)"', first)
    following = client.get(URL.rstrip("/") + "/" + cursors[-1].replace("&amp;", "&").removeprefix(URL)).content.decode()
    assert following.count("<article") == 2
    assert set(re.findall(r'id="f(\d+)"', first)).isdisjoint(re.findall(r'id="f(\d+)"', following))


def test_the_old_address_leads_to_its_group(client: Any) -> None:
    found = client.get(reverse("observers:replies"))
    assert (found.status_code, found["Location"]) == (302, f"{URL}?from=observers")
