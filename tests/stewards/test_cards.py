"""Follow-ups of an answer: read from lines, kept with the event, shown as cards that know what has changed since."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from policies.models import Policy
from stewards import timeline
from stewards.deskwork import cards
from stewards.deskwork.card_field import CardsField
from tests.factories.policies import PolicyFactory
from tests.stewards.scene import Scene, last_mail

pytestmark = pytest.mark.django_db


def read(lines: str) -> Any:
    return CardsField(required=False).clean(lines)


def test_lines_become_follow_ups(settings: Any) -> None:
    settings.SITE_URL = "https://portal.example"
    PolicyFactory(slug="rent-2026", title_en="Rent", title_zh_hans="租金")
    policy = {"kind": "policy", "ref": "rent-2026", "titles": {"zh-hans": "租金", "en": "Rent"}}
    link = {"kind": "link", "url": "https://example.org/a?b=1", "title": "The  form"}
    assert read("") == read(" \n ") == []
    for line in ("/zh-hans/policies/rent-2026/", "https://portal.example/en/policies/rent-2026/", "rent-2026"):
        assert read(f"{line}\r\n\r\nhttps://example.org/a?b=1  The  form ") == [policy, link]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("https://example.org/", "Line 1: write a title"),
        ("javascript:alert(1) Click", "Line 1: “javascript:alert\\(1\\)” is no address"),
        ("ftp://example.org/ File", "is no address"),
        ("//example.org/en/policies/x/ There", "is no address"),
        ("https://example.org/ One\nhidden", "Line 2: nothing is published under “hidden”"),
        ("nowhere", "nothing is published under"),
        ("\n".join(["https://example.org/ One"] * 6), "At most 5"),
        ("https://example.org/" + "x" * 5_000, "at most"),
    ],
)
def test_what_is_no_follow_up_is_refused_with_its_line(lines: str, why: str) -> None:
    PolicyFactory(slug="hidden", published_at=None)
    with pytest.raises(ValidationError, match=why):
        read(lines)


def test_cards_from_the_answer_to_the_enterprise(scene: Scene, as_user: Any) -> None:
    policy = PolicyFactory(slug="rent", title_en="Rent <subsidy>", title_zh_hans="租金补贴")
    asked = scene.request("accepted")
    data = {"seen": asked.lock_version, "text": "Apply.", "cards": "rent\nhttps://example.org/ Form <1>"}
    assert as_user(scene.steward).post(f"/en/desk/{asked.number}/answer/", data).status_code == 302
    event = asked.events.get(kind="answered")
    assert [card["kind"] for card in event.data["cards"]] == ["policy", "link"]
    there = f"– Rent <subsidy>\n  {settings.SITE_URL}/en/policies/rent/\n– Form <1>\n  https://example.org/"
    assert there in last_mail(scene.owner).body
    client = as_user(scene.owner)
    for language, title in [("en", "Rent &lt;subsidy&gt;"), ("zh-hans", "租金补贴")]:
        page = client.get(f"/{language}/requests/{asked.number}/").content.decode()
        assert f'<a href="/{language}/policies/rent/" itemprop="url"><span itemprop="name">{title}</span></a>' in page
        assert 'href="https://example.org/" rel="noopener noreferrer nofollow" target="_blank">Form &lt;1&gt;' in page
    Policy.objects.filter(pk=policy.pk).update(published_at=None)
    page = client.get(f"/en/requests/{asked.number}/").content.decode()
    assert "This policy has been withdrawn since." in page
    assert "/policies/rent/" not in page


def test_a_wrong_follow_up_keeps_the_answer_typed(scene: Scene, as_user: Any) -> None:
    asked = scene.request("accepted")
    data = {"seen": asked.lock_version, "text": "Apply now.", "cards": "nowhere"}
    response = as_user(scene.steward).post(f"/en/desk/{asked.number}/answer/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Apply now.</textarea>" in page
    assert "nowhere</textarea>" in page
    assert not asked.events.filter(kind="answered").exists()


def test_a_policy_that_no_longer_applies_says_so() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    PolicyFactory(slug="over", title_en="Over", effective_to=yesterday)
    [card] = cards.with_cards(
        [timeline.Entry("answered", "ok", "", timezone.now(), "", False, data={"cards": read("over")})]
    )[0].cards
    assert (card.title, card.note, card.url) == ("Over", "Expired", "/en/policies/over/")


def test_names_of_what_is_gone_in_the_language_of_the_page() -> None:
    kept = {"kind": "policy", "slug": "gone", "titles": {"zh-hans": "租金", "en": ""}}
    assert cards.title_of(kept) == "租金"
    assert cards.title_of({"kind": "policy", "slug": "gone"}) == "gone"
    assert cards.sentence([]) == ""
    with translation.override("zh-hans"):
        assert cards.title_of({**kept, "titles": {"zh-hans": "租金", "en": "Rent"}}) == "租金"


def test_one_query_for_all_cards_none_without(django_assert_num_queries: Any) -> None:
    for n in range(3):
        PolicyFactory(slug=f"p-{n}")
    kept = read("p-0\np-1\np-2")
    entries = [timeline.Entry("answered", "ok", "", timezone.now(), "", False, data={"cards": kept})] * 3
    with django_assert_num_queries(1):
        assert [len(entry.cards) for entry in cards.with_cards(entries)] == [3, 3, 3]
    with django_assert_num_queries(0):
        assert cards.with_cards([timeline.Entry("note", "", "", timezone.now(), "", True)])[0].cards == []
