"""Interpretation videos where one reads of their policies: bulletins, packages, events, publicity points, materials."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from outreach import explained
from outreach.enums import Publication
from outreach.models import Bulletin, PublicityPoint, Stock
from policies.models import Policy
from portal.core.calendar import local_day
from tests.factories import interpretations
from tests.factories import outreach as make
from tests.factories.outreach_rooms import packages as packs
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def event(policy: Any, video: Any) -> str:
    row = make.event()
    row.policies.add(policy)
    return reverse("events:detail", args=[row.slug])


def recording(policy: Any, video: Any) -> str:
    return reverse("events:detail", args=[make.event(recording=video).slug])


def material(policy: Any, video: Any) -> str:
    return reverse("points:material", args=[make.material(policy=policy).slug])


def point(policy: Any, video: Any) -> str:
    row, guide = PublicityPoint.objects.create(place=make.place()), make.material(policy=policy)
    Stock.objects.create(point=row, material=guide, edition=guide.editions.get(), copies=3)
    return reverse("points:point", args=[row.place.slug])


def package(policy: Any, video: Any) -> str:
    version = packs.version(Publication.PUBLISHED, policies=[])
    version.pieces.create(position=1, interpretation=video)
    return reverse("packs:page", args=[packs.link(packs.handed(version)).code])


def bulletin(policy: Any, video: Any) -> str:
    known: dict[str, Any] = {"day": local_day(), "source_url": "https://example.com/", **make.both(title="№ 1")}
    row = Bulletin.objects.create(slug="with-a-film", state=Publication.PUBLISHED, **known)
    row.pieces.create(position=1, interpretation=video)
    return reverse("bulletins:issue", args=[row.slug])


PLACES: list[Callable[[Any, Any], str]] = [event, recording, material, point, package, bulletin]


@pytest.mark.parametrize("place", PLACES)
def test_a_video_is_led_to_with_its_captions_where_its_policy_is_told(client: Client, place: Any) -> None:
    policy: Any = PolicyFactory()
    video = interpretations.published("video", policy=policy)
    page = client.get(place(policy, video)).content.decode()
    watched = reverse("policies:interpretation", args=[policy.slug, video.pk])
    assert watched in page
    assert "A film" in page
    if place is not recording:
        still = video.files.get(slot="poster")
        assert reverse("policies:interpretation-file", args=[still.key]) in page
    shown = client.get(watched).content.decode()
    assert shown.count('<track kind="captions"') == 2


@pytest.mark.parametrize("place", [event, material, point])
@pytest.mark.parametrize("how", ["a draft", "a text", "another policy's", "withdrawn"])
def test_of_nothing_to_watch_nothing_is_said(client: Client, place: Any, how: str) -> None:
    policy: Any = PolicyFactory()
    kind, about = "text" if how == "a text" else "video", PolicyFactory() if how == "another policy's" else policy
    made = (interpretations.draft if how == "a draft" else interpretations.published)(kind, policy=about)
    if how == "withdrawn":
        type(made).objects.filter(pk=made.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    assert "Explained in a video" not in client.get(place(policy, made)).content.decode()


def test_a_recording_that_explains_the_events_policy_is_there_once(client: Client) -> None:
    policy: Any = PolicyFactory()
    video = interpretations.published("video", policy=policy)
    row = make.event(recording=video)
    row.policies.add(policy)
    page = client.get(reverse("events:detail", args=[row.slug])).content.decode()
    assert page.count(reverse("policies:interpretation", args=[policy.slug, video.pk])) == 1


def test_a_withdrawn_material_and_an_unpublished_policy_show_none(client: Client) -> None:
    policy: Any = PolicyFactory()
    interpretations.published("video", policy=policy)
    gone = make.material(policy=policy, withdrawn_at=timezone.now())
    assert "Explained in a video" not in client.get(reverse("points:material", args=[gone.slug])).content.decode()
    Policy.objects.update(published_at=None)
    assert explained.videos_on([policy]) == []
    assert explained.videos_on([]) == []


def test_one_video_on_two_policies_is_there_once_and_a_few_at_most(django_assert_max_num_queries: Any) -> None:
    policies: Any = [PolicyFactory() for _n in range(2)]
    first = interpretations.published("video", policy=policies[0])
    first.links.create(policy=policies[1], version=1)
    assert [row["shown"].found for row in explained.videos_on(policies)] == [first]
    for _n in range(explained.MOST + 1):
        interpretations.published("video", policy=policies[0])
    with django_assert_max_num_queries(4):
        found = explained.videos_on(policies)
        assert all(row["shown"].about for row in found)
    assert len(found) == explained.MOST


@pytest.mark.parametrize(
    ("kind", "less", "said"),
    [("video", {}, "Captions: English, 中文"), ("video", {"captions_en": ""}, "Captions: 中文"), ("text", {}, "")],
)
def test_the_languages_of_the_captions(kind: str, less: dict[str, str], said: str) -> None:
    assert explained.captions_of(interpretations.draft(kind, **less)) == said
