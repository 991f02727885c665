"""The page of an act read again, in the other language, pressed twice, or forged; long and hostile words on it."""

from typing import Any

import pytest
from django.utils.html import escape

from stewards.models import HelpRequest, RequestEvent
from stewards.transitions import Verb
from tests.factories.accounts import UserFactory
from tests.stewards.scene import Scene, pdf

VERBS = ["accept", "answer", "contact", "ask_back", "refer", "note", "close", "decline", "assign"]


def url(request: HelpRequest, verb: str, language: str = "en") -> str:
    return f"/{language}/desk/{request.number}/{verb}/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("verb", VERBS)
def test_reading_the_page_of_an_act_leads_to_the_request(scene: Scene, as_user: Any, verb: str, language: str) -> None:
    request = scene.request("assigned")
    response = as_user(scene.steward).get(url(request, verb, language))
    assert (response.status_code, response["Location"]) == (302, f"/{language}/desk/{request.number}/")
    request.refresh_from_db()
    assert request.state == "assigned"


@pytest.mark.parametrize("verb", ["explode", "submit", "rate", "withdraw", "reopen", "reply", "__class__"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_acts_that_the_desk_does_not_have(scene: Scene, as_user: Any, verb: str, method: str) -> None:
    request = scene.request("assigned")
    assert getattr(as_user(scene.steward), method)(url(request, verb)).status_code == 404


@pytest.mark.parametrize("roles", [[], ["leader"], ["auditor"], ["editor"], ["reviewer"]])
def test_for_those_without_a_desk_there_is_no_act_to_read(scene: Scene, as_user: Any, roles: list[str]) -> None:
    request = scene.request("assigned")
    client = as_user(UserFactory(roles=roles))
    assert client.get(url(request, "note")).status_code == 404
    assert client.post(url(request, "note"), {"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("note", {}),
        ("contact", {"text": "   "}),
        ("ask_back", {"text": "x" * 10_001}),
        ("answer", {"text": "长" * 10_001}),
        ("refer", {"reason": "Tax."}),
        ("refer", {"reason": "Tax.", "department": "0"}),
        ("refer", {"reason": "", "department": "mine"}),
        ("decline", {"where_instead": "The court."}),
        ("decline", {"where_instead": "The court.", "ground": "mood"}),
        ("decline", {"ground": "court"}),
    ],
)
def test_what_is_missing_is_told_beside_the_field_and_nothing_is_done(
    scene: Scene, as_user: Any, verb: str, data: dict[str, str]
) -> None:
    request = scene.request("accepted")
    before = RequestEvent.objects.count()
    sent = {key: str(scene.tax.pk) if value == "mine" else value for key, value in data.items()}
    response = as_user(scene.steward).post(url(request, verb), {**sent, "seen": request.lock_version})
    text = response.content.decode()
    assert response.status_code == 422
    assert f'id="act-{verb}" open' in text
    assert 'aria-invalid="true"' in text
    for value in sent.values():
        assert value.strip() in text
    assert RequestEvent.objects.count() == before


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202eRTL\u202c 😀", "{{ 7|add:7 }}", "a\nb\n\nc", "长" * 5_000], ids=len
)
def test_any_words_are_kept_and_shown_as_words(scene: Scene, as_user: Any, text: str) -> None:
    request = scene.request("accepted")
    client = as_user(scene.steward)
    assert client.post(url(request, "note"), {"text": text}).status_code == 302
    assert request.events.get(kind="note").text == text
    page = client.get(f"/en/desk/{request.number}/").content.decode()
    assert "<script>alert" not in page
    assert escape(text.split("\n")[0]) in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"MZ\x90\x00" + b"\0" * 500),
        ("x.pdf", b"<html><script>alert(1)</script></html>"),
        ("x.exe", b"%PDF-1.7\n%%EOF\n"),
        ("x.pdf", b""),
        ("../../x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_files_that_are_not_what_they_say(scene: Scene, as_user: Any, name: str, content: bytes) -> None:
    request = scene.request("accepted")
    data = {"text": "See file", "uploads": pdf(name, content), "seen": request.lock_version}
    response = as_user(scene.steward).post(url(request, "contact"), data)
    assert response.status_code == 422
    assert "See file" in response.content.decode()
    assert request.attachments.count() == 0


@pytest.mark.parametrize("verb", ["accept", "ask_back", "answer", "decline"])
def test_pressed_twice_it_is_done_once_and_the_second_is_told(scene: Scene, as_user: Any, verb: str) -> None:
    request = scene.request("assigned" if verb in ("accept", "decline") else "accepted")
    data = {"text": "Words", "ground": "court", "where_instead": "The court.", "seen": request.lock_version}
    client = as_user(scene.steward)
    assert client.post(url(request, verb), data).status_code == 302
    again = client.post(url(request, verb), data)
    assert again.status_code == 409
    assert "already" in again.content.decode()
    kind = {"accept": "accepted", "ask_back": "asked_back", "answer": "answered", "decline": "not_accepted"}[verb]
    assert request.events.filter(kind=kind).count() == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "999999999", "9" * 40, "１", "0.0"])
def test_a_forged_version_changes_nothing(scene: Scene, as_user: Any, seen: str) -> None:
    request = scene.request("accepted")
    response = as_user(scene.steward).post(url(request, "answer"), {"text": "Forged", "seen": seen})
    assert response.status_code == 409
    assert "Forged" in response.content.decode()
    request.refresh_from_db()
    assert request.state == "accepted"


def test_the_slower_of_two_keeps_every_word(scene: Scene, as_user: Any) -> None:
    request = scene.request("accepted")
    stale = request.lock_version
    as_user(scene.admin).post(
        url(request, Verb.ASSIGN), {"steward": scene.second.pk, "note": "Please take over.", "seen": stale}
    )
    text = as_user(scene.steward).post(url(request, "answer"), {"text": "My long answer", "seen": stale}, follow=True)
    assert "Ada Admin" in text.content.decode() or "Assigned to Sam Second" in text.content.decode()
    request.refresh_from_db()
    assert request.steward == scene.second
    assert not request.events.filter(kind="answered").exists()


@pytest.mark.parametrize("verb", ["refer", "assign"])
def test_an_empty_choice_is_a_dash(scene: Scene, as_user: Any, verb: str) -> None:
    request = scene.request("assigned" if verb == "assign" else "accepted")
    page = (
        as_user(scene.admin if verb == "assign" else scene.steward).get(f"/en/desk/{request.number}/").content.decode()
    )
    assert f'id="act-{verb}"' in page
    assert "-----" not in page
