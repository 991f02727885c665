"""Each act on a report by each kind of person, through its page: what is refused writes nothing, and says why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from insights.models import Report, ReportState
from tests.factories.accounts import UserFactory
from tests.factories.insights import report

pytestmark = pytest.mark.django_db
S = ReportState
Sign = Callable[[Any], Client]
ROLES = ("", "steward", "handler", "translator", "leader", "auditor", "editor", "reviewer", "admin")
OUTSIDE = ("", "steward", "handler", "translator")
# Act → the state it begins in, and who may do it to somebody else's report.
ACTS = {
    "renew": (S.DRAFT, {"editor", "admin"}),
    "hand_in": (S.DRAFT, {"editor", "admin"}),
    "send_back": (S.WAITING, {"reviewer", "admin"}),
    "publish": (S.WAITING, {"reviewer", "admin"}),
    "correct": (S.PUBLISHED, {"editor", "admin"}),
}
SAID = {
    "renew": "The figures are those of now.",
    "hand_in": "The report waits for approval by somebody else.",
    "send_back": "The report is sent back; its writer is told why.",
    "publish": "The report is published.",
    "correct": "A new edition is begun. The published one stays as it is.",
}


def everything() -> list[dict[str, Any]]:
    return list(Report.objects.order_by("pk").values())


def address(row: Report, verb: str) -> str:
    return reverse("insights:report-act", args=[row.pk, verb])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ACTS)
def test_who_may_do_what(as_user: Sign, role: str, verb: str) -> None:
    state, who = ACTS[verb]
    row = report(state=state)
    before = everything()
    response = as_user(UserFactory(roles=[role] if role else [])).post(address(row, verb), {"reason": "Too short"})
    if role in OUTSIDE:
        assert response.status_code == 404
    if role in who:
        assert response.status_code == 302
        assert everything() != before
        assert [str(said) for said in get_messages(response.wsgi_request)] == [SAID[verb]]
    else:
        assert everything() == before


@pytest.mark.parametrize("verb", ACTS)
def test_visitors_are_asked_to_sign_in(client: Client, verb: str) -> None:
    row = report(state=ACTS[verb][0])
    before = everything()
    assert client.post(address(row, verb)).status_code == 302
    assert everything() == before


@pytest.mark.parametrize("verb", ACTS)
def test_reading_an_acts_address_does_nothing(as_user: Sign, admin_user: Any, verb: str) -> None:
    row = report(state=ACTS[verb][0])
    before = everything()
    assert as_user(admin_user).get(address(row, verb)).status_code == 405
    assert everything() == before


@pytest.mark.parametrize("verb", ["renew", "hand_in", "publish", "correct"])
def test_a_second_click_says_why_it_does_nothing(as_user: Sign, admin_user: Any, verb: str) -> None:
    row = report(state=ACTS[verb][0])
    client = as_user(admin_user)
    client.post(address(row, verb))
    before = everything()
    page = client.post(address(row, verb), follow=True).content.decode()
    if verb == "renew":  # the figures of now may be taken again
        assert SAID[verb] in page
        return
    assert everything() == before
    assert "notice" in page


@pytest.mark.parametrize("pk", [0, 99_999_999])
def test_a_report_that_is_not_there(as_user: Sign, admin_user: Any, pk: int) -> None:
    client = as_user(admin_user)
    assert client.get(reverse("insights:report-desk", args=[pk])).status_code == 404
    assert client.post(reverse("insights:report-act", args=[pk, "publish"])).status_code == 404


@pytest.mark.parametrize("state", [S.WAITING, S.PUBLISHED])
def test_words_are_not_written_once_handed_in(as_user: Sign, admin_user: Any, state: str) -> None:
    row = report(state=state)
    before = everything()
    answer = as_user(admin_user).post(reverse("insights:report-desk", args=[row.pk]), {"words_en": "Other words"})
    assert answer.status_code == 404
    assert everything() == before


@pytest.mark.parametrize(("language", "words"), [("en", "Being written"), ("zh-hans", "编写中")])
def test_the_desk_in_both_languages(as_user: Sign, admin_user: Any, language: str, words: str) -> None:
    row = report(state=S.DRAFT)
    client = as_user(admin_user)
    for path in ("reports/", f"reports/{row.pk}/"):
        assert words in client.get(f"/{language}/{path}").content.decode()


def test_an_empty_desk_says_when_the_first_is_composed(as_user: Sign, admin_user: Any) -> None:
    page = as_user(admin_user).get(reverse("insights:report-desks")).content.decode()
    assert "The first one is composed on the first working day of the next month." in page


def test_what_was_written_is_text_and_nothing_else(as_user: Sign, admin_user: Any, client: Client) -> None:
    words = "<script>alert(1)</script>"
    row = report(words_en=words, words_zh_hans=words, remarks_en=words, remarks_zh_hans=words)
    for page in (
        as_user(admin_user).get(reverse("insights:report-desk", args=[row.pk])),
        client.get(reverse("insights:report", args=[2026, 10])),
    ):
        content = page.content.decode()
        assert words not in content
        assert "&lt;script&gt;" in content
