"""The request page of the desk in every state, for everybody who may open it, in both languages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stewards import rules, workflow
from stewards.desk.acts import ESCALATING, RARE, WORDS, offers
from stewards.desk.page import context_of
from stewards.models import HelpRequest
from stewards.transitions import Verb
from tests.factories.accounts import UserFactory
from tests.stewards.scene import STATES, Scene

SUBMITTED = [state for state in STATES if state != "draft"]
# state: what the responsible steward, a colleague of the same department, and the admin can do with it
HANDLED = {"answer", "contact", "ask_back", "ask_time", "refer", "note", "decline"}
LOOKED_AFTER = {"note", "decline", "assign", "ask_time", "supervise"}
POSSIBLE = {
    "submitted": ({"accept", "note", "decline"}, {"accept", "note", "decline"}, LOOKED_AFTER - {"ask_time"}),
    "assigned": ({"accept", "ask_time", "refer", "note", "decline"}, {"accept", "note"}, LOOKED_AFTER),
    "accepted": (HANDLED, {"note"}, LOOKED_AFTER),
    "in_progress": (HANDLED, {"note"}, LOOKED_AFTER),
    "waiting": ({"answer", "contact", "ask_time", "note"}, {"note"}, {"note", "assign", "ask_time"}),
    "answered": ({"close", "note"}, {"note"}, {"close", "note"}),
    "rated": ({"close", "note"}, {"note"}, {"close", "note"}),
    **dict.fromkeys(("closed", "not_accepted", "withdrawn", "merged"), ({"note"}, {"note"}, {"note"})),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def text_of(response: Any) -> str:
    return response.content.decode()


def offered(user: Any, request: HelpRequest) -> set[str]:
    return {str(offer.verb) for offer in offers(user, request)[0]}


@pytest.mark.parametrize("state", SUBMITTED)
def test_what_each_person_can_do(scene: Scene, state: str) -> None:
    request = scene.request(state)
    scene.second.department = scene.steward.department
    scene.second.save()
    people = (scene.steward, scene.second, scene.admin)
    assert tuple(offered(person, request) for person in people) == POSSIBLE[state]


@pytest.mark.parametrize("state", SUBMITTED)
def test_every_act_is_offered_or_explained(scene: Scene, state: str) -> None:
    request = scene.request(state)
    for person in (scene.steward, scene.handler, scene.admin, UserFactory(roles=["leader"])):
        possible, refused = offers(person, request)
        silent = {*ESCALATING, *RARE} - {offer.verb for offer in possible}  # what few ever do is no news to the others
        assert len(possible) + len(refused) == len(WORDS) - len(silent)
        assert {offer.verb for offer in possible} <= set(WORDS)
        assert all(rules.may(person, offer.verb, request) for offer in possible)
        assert all(len(verdict.reason) > 10 for _words, verdict in refused)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("state", SUBMITTED)
def test_the_page_opens_in_every_state_and_language(as_user: Any, scene: Scene, state: str, language: str) -> None:
    request = scene.request(state)
    response = as_user(scene.steward).get(f"/{language}/desk/{request.number}/")
    page = text_of(response)
    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert request.number in page
    assert "How do we apply?" in page
    for offer in response.context["offers"]:
        assert f'action="/{language}/desk/{request.number}/{offer.verb}/"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "an id stands twice on the page"


@pytest.mark.parametrize("state", SUBMITTED)
def test_forms_in_chinese_have_chinese_words(as_user: Any, scene: Scene, state: str) -> None:
    request = scene.request(state)
    response = as_user(scene.steward).get(f"/zh-hans/desk/{request.number}/")
    for offer in response.context["offers"]:
        assert CHINESE.search(str(offer.words.title)), offer.verb
        assert CHINESE.search(str(offer.words.button)), offer.verb
        for field in offer.form:
            assert CHINESE.search(str(field.label)), (offer.verb, field.name)
    for words, verdict in response.context["refused"]:
        assert CHINESE.search(str(words.title))
        assert CHINESE.search(verdict.reason), verdict.reason
    assert all(CHINESE.search(str(words.done)) for words in WORDS.values())


@pytest.mark.parametrize(
    ("state", "clock", "holder"),
    [
        ("submitted", "The clock runs.", "Nobody has taken it yet."),
        ("assigned", "The clock runs.", "It is assigned to Stella Steward since"),
        ("accepted", "The clock runs.", "Stella Steward has been working on it since"),
        ("waiting", "The clock stands still since", "Stella Steward has been working on it since"),
        ("answered", "Answered on", ""),
        ("closed", "Answered on", ""),
        ("withdrawn", "The clock has stopped.", ""),
        ("not_accepted", "The clock has stopped.", ""),
    ],
)
def test_who_holds_it_and_whether_the_clock_runs(scene: Scene, state: str, clock: str, holder: str) -> None:
    context = context_of(scene.request(state), scene.steward)
    assert context["clock"].startswith(clock)
    assert context["holder"].startswith(holder)
    assert bool(context["holder"]) == bool(holder)


@pytest.mark.parametrize(
    ("state", "late", "shown"),
    [("accepted", True, True), ("accepted", False, True), ("waiting", True, True), ("answered", True, False)],
)
def test_due_words_only_while_an_answer_is_owed(scene: Scene, state: str, late: bool, shown: bool) -> None:
    request = scene.request(state)
    request.due_on = timezone.localdate() + timedelta(days=-30 if late else 30)
    context = context_of(request, scene.steward)
    assert bool(context["due"]) == shown
    assert ("overdue" in context["due"]) == (late and shown)
    assert context["due_tone"] == ("bad" if late and shown else "quiet")


def test_a_provisional_due_date_is_marked(as_user: Any, scene: Scene) -> None:
    request = scene.request("accepted")
    HelpRequest.objects.update(due_on="2031-01-03", due_provisional=True)
    page = text_of(as_user(scene.steward).get(f"/en/desk/{request.number}/"))
    assert "This date is provisional: the working-day calendar for 2031 is not published yet." in page


def test_the_round_is_told_once_it_was_opened_again(as_user: Any, scene: Scene) -> None:
    request = scene.request("answered")
    client = as_user(scene.steward)
    assert "<dt>Round</dt>" not in text_of(client.get(f"/en/desk/{request.number}/"))
    workflow.reopen(request, by=scene.owner, reason="It did not work")
    page = text_of(client.get(f"/en/desk/{request.number}/"))
    assert "<dt>Round</dt><dd>2</dd>" in page
    assert "It did not work" in page


@pytest.mark.parametrize(("language", "words"), [("en", "wants it in English"), ("zh-hans", "wants it in Chinese")])
def test_the_answer_form_names_the_language_wanted(as_user: Any, scene: Scene, language: str, words: str) -> None:
    request = scene.request("accepted", language=language)
    assert words in text_of(as_user(scene.steward).get(f"/en/desk/{request.number}/"))


def test_a_referred_request_on_both_desks(as_user: Any, scene: Scene) -> None:
    request = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="A tax matter")
    for person in (scene.steward, scene.handler):
        page = text_of(as_user(person).get(f"/en/desk/{request.number}/"))
        assert f"It is with {scene.tax.name} since" in page
        assert "A tax matter" in page
    assert offered(scene.handler, request) == {"accept", "give_back", "note"}
    assert "accept" in offered(scene.steward, request), "the steward can take it back"
    assert as_user(scene.second).get(f"/en/desk/{request.number}/").status_code == 404


def test_the_department_of_a_request_is_not_offered_again(scene: Scene) -> None:
    request = scene.request("accepted")
    offer = next(offer for offer in offers(scene.steward, request)[0] if offer.verb == Verb.REFER)
    departments = set(offer.form.fields["department"].queryset)  # type: ignore[attr-defined]
    assert scene.tax in departments
    assert scene.steward.department not in departments


def test_only_stewards_at_work_can_be_assigned(scene: Scene) -> None:
    gone = UserFactory(roles=["steward"], is_active=False)
    offer = next(offer for offer in offers(scene.admin, scene.request("assigned"))[0] if offer.verb == Verb.ASSIGN)
    stewards = set(offer.form.fields["steward"].queryset)  # type: ignore[attr-defined]
    assert scene.second in stewards
    assert not stewards & {gone, scene.handler, scene.steward, scene.owner}


def test_the_enterprise_never_sees_the_desk(as_user: Any, scene: Scene) -> None:
    request = scene.request("accepted")
    for person in (scene.owner, scene.colleague, scene.outsider):
        client = as_user(person)
        assert client.get(f"/en/desk/{request.number}/").status_code == 404
        for verb in WORDS:
            assert client.post(f"/en/desk/{request.number}/{verb}/", {"seen": 0, "text": "x"}).status_code == 404
    assert request.events.filter(actor__in=[scene.owner]).count() == 1  # the submission


def test_messages_to_the_enterprise_lead_to_its_own_page(as_user: Any, scene: Scene) -> None:
    """What a steward does by the page reaches the asker, with a link that the asker can open."""
    request = scene.request("accepted")
    seen = HelpRequest.objects.get(pk=request.pk).lock_version
    as_user(scene.steward).post(f"/en/desk/{request.number}/contact/", {"seen": seen, "text": "Good morning"})
    message = scene.owner.messages_received.order_by("pk").last()
    assert message.url == f"/en/requests/{request.number}/"
    assert as_user(scene.owner).get(message.url).status_code == 200


def test_internal_notes_stay_inside(as_user: Any, scene: Scene) -> None:
    request = scene.request("accepted")
    as_user(scene.steward).post(f"/en/desk/{request.number}/note/", {"seen": 0, "text": "Not for them"})
    assert "Not for them" in text_of(as_user(scene.steward).get(f"/en/desk/{request.number}/"))
    assert "Not for them" not in text_of(as_user(scene.owner).get(f"/en/requests/{request.number}/"))
