"""What people read about a request; what stays among colleagues."""

from typing import Any

import pytest
from django.utils import translation

from stewards import timeline, workflow
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestEvent
from tests.factories.accounts import UserFactory
from tests.stewards.scene import Scene, uploads


def titles(asked: HelpRequest, **options: Any) -> list[str]:
    return [entry.title for entry in timeline.entries(asked, **options)]


def test_the_whole_way(scene: Scene) -> None:
    asked = scene.request("in_progress")
    asked = workflow.refer(asked, by=scene.steward, department=scene.tax, reason="A tax matter.")
    asked = workflow.accept(asked, by=scene.handler)
    asked = workflow.ask_back(asked, by=scene.handler, text="Which year?")
    asked = workflow.reply(asked, by=scene.colleague, text="2025.")
    asked = workflow.answer(asked, by=scene.handler, text="It is deductible.")
    asked = workflow.rate(asked, by=scene.owner, score=2, solved=False, comment="Too late.")
    asked = workflow.reopen(asked, by=scene.owner, reason="Refused again.")
    assert titles(asked) == [
        "Olive Owner sent the request",
        "Stella Steward accepted the request",
        "Stella Steward wrote to the enterprise",
        f"Stella Steward referred the request to {scene.tax.name_en}",
        "Hanna Handler accepted the request",
        "Hanna Handler asked the enterprise a question",
        "Carl Colleague replied for the enterprise",
        "Hanna Handler answered the request",
        "Olive Owner rated the answer: Dissatisfied",
        "The dissatisfied rating is being put right",
        "Olive Owner opened the request again",
    ]
    rated, rectifying, reopened = timeline.entries(asked)[-3:]
    assert (rated.facts, rated.text) == ("Not solved", "Too late.")
    assert rectifying.facts.startswith("To be put right by ")
    assert reopened.facts.startswith("Due by ")
    assert [entry.is_answer for entry in timeline.entries(asked)].index(True) == 7


def test_other_ends(scene: Scene) -> None:
    assert titles(scene.request("withdrawn"))[-1] == "Olive Owner withdrew the request"
    assert titles(scene.request("closed"))[-1] == "Stella Steward closed the request"
    declined = scene.request("not_accepted")
    assert titles(declined)[-1] == (
        "Stella Steward did not accept the request: Before a court or in administrative review"
    )
    assigned = workflow.assign(scene.request("submitted"), steward=scene.second, by=scene.admin)
    assert titles(assigned)[-1] == "Assigned to Sam Second"


def test_notes_are_for_the_desk_alone(scene: Scene) -> None:
    asked = workflow.note(scene.request("accepted"), by=scene.second, text="secret", files=uploads("n.pdf"))
    assert [entry.text for entry in timeline.entries(asked) if entry.internal] == []
    (note,) = [entry for entry in timeline.entries(asked, internal=True) if entry.internal]
    assert (note.title, note.text, note.tone) == ("Sam Second wrote a note", "secret", "warn")
    assert [a.name for a in note.attachments] == ["n.pdf"]


def test_names_in_the_language_of_the_reader(scene: Scene) -> None:
    asked = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
    with translation.override("zh-hans"):
        title = titles(asked)[-1]
    assert scene.steward.name_zh in title
    assert scene.tax.name_zh_hans in title


def test_a_department_keeps_the_name_it_had(scene: Scene) -> None:
    name = scene.tax.name_en
    asked = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
    scene.tax.name_en = "Renamed"
    scene.tax.save()
    assert titles(asked)[-1].endswith(name)


def test_the_portal_s_own_acts_and_old_data(scene: Scene) -> None:
    asked = scene.request()
    for kind in EventKind:
        RequestEvent.objects.create(request=asked, kind=kind, data={"score": 9, "ground": "odd", "steward": "?"})
    assert len(timeline.entries(asked, internal=True)) == 1 + len(EventKind)
    assert "The due date was computed anew" in titles(asked)
    assert "The portal accepted the request" in titles(asked)


@pytest.mark.parametrize("length", [1, 3, 30])
def test_two_queries_whatever_the_length(scene: Scene, length: int, django_assert_num_queries: Any) -> None:
    asked = scene.request()
    for _ in range(length):
        event = RequestEvent.objects.create(request=asked, kind="contacted", actor=UserFactory(), text="x")
        asked.attachments.create(
            event=event,
            key=f"{event.pk:032x}",
            name="a",
            content_type="x",
            size=1,
            sha256="",
            uploaded_by=scene.steward,
        )
    with django_assert_num_queries(2):
        assert sum(len(entry.attachments) for entry in timeline.entries(asked)) == length


def test_the_reader_s_own_act(scene: Scene) -> None:
    event = scene.request().events.get()
    assert timeline.sentence(event, scene.owner).startswith(
        "You have done this already: Olive Owner sent the request ("
    )
    assert timeline.sentence(event, scene.steward).startswith("Olive Owner sent the request (")
