"""Instructions, supervised handling, new dates, “nobody has contacted me”, “did it last?”."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.escalation import leaders
from stewards.models import HelpRequest, Instruction, LeaderLink, Supervision
from stewards.timeline import entries
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.scene import Scene, last_mail, mails

DAY = timedelta(days=1)


def ahead(days: int) -> date:
    return calendar.current().add_working_days(local_day(), days)


def stand(scene: Scene, state: str = "in_progress", **fields: Any) -> HelpRequest:
    """A request in the state, five working days old and as late, without going through the verbs."""
    old = timezone.now() - timedelta(days=20)
    times = {"assigned_at": old, "accepted_at": old}
    times |= {"answered_at": old + DAY} if state in ("answered", "rated", "closed") else {}
    times |= {"closed_at": old + 2 * DAY} if state == "closed" else {}
    staff = {"steward": scene.steward, "handler": scene.steward, "department": scene.steward.department}
    fields = {"submitted_at": old, "due_on": local_day() - 3 * DAY, "promised_days": 5, **times, **staff, **fields}
    return HelpRequestFactory(state=state, enterprise=scene.enterprise, asker=scene.owner, **fields)


@pytest.fixture
def leader(db: None) -> Any:
    return UserFactory(roles=["leader"], name_en="Lena Leader")


def test_an_instruction_is_told_at_once_and_reported_on(scene: Scene, leader: Any) -> None:
    asked = workflow.instruct(stand(scene, handler=scene.handler), by=leader, text=" Call them today. ")
    assert asked.attention_at is not None
    assert mails(scene.steward) == mails(scene.handler) == [("request.instructed", "queued")]
    assert "Call them today." in last_mail(scene.steward).body
    assert mails(scene.owner) == []
    done = workflow.report(asked, by=scene.handler, text="Called at ten.")
    assert done.attention_at is None
    given = Instruction.objects.get()
    assert (given.text, given.report, given.reported_by) == ("Call them today.", "Called at ten.", scene.handler)
    assert mails(leader) == [("request.reported", "queued")]
    assert entries(done) == []  # the enterprise sees none of it


def test_of_two_instructions_each_gets_its_report(scene: Scene, leader: Any) -> None:
    asked = workflow.instruct(stand(scene), by=leader, text="One")
    since = workflow.instruct(asked, by=leader, text="Two").attention_at
    two = Instruction.objects.get(text="Two")
    asked = workflow.report(asked, by=scene.steward, text="Done two", instruction=two)
    assert asked.attention_at == since  # the first still waits
    with pytest.raises(Refused, match="reported on already"):
        workflow.report(asked, by=scene.steward, text="Done two again", instruction=two)
    assert workflow.report(asked, by=scene.steward, text="Done one").attention_at is None
    with pytest.raises(Refused, match="No instruction waits"):
        workflow.report(asked, by=scene.steward, text="Nothing")


def test_without_a_steward_the_service_centre_hears_the_instruction(scene: Scene, leader: Any) -> None:
    nobody = {"steward": None, "handler": None, "department": None, "accepted_at": None, "assigned_at": None}
    workflow.instruct(stand(scene, "submitted", **nobody), by=leader, text="Who takes it?")
    assert mails(scene.admin) == [("request.instructed", "queued")]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2_001])
def test_instructions_and_reasons_have_words(scene: Scene, leader: Any, text: str, subtests: pytest.Subtests) -> None:
    asked = stand(scene)
    acts: dict[str, Any] = {
        "instruct": lambda: workflow.instruct(asked, by=leader, text=text),
        "supervise": lambda: workflow.supervise(asked, by=scene.admin, reason=text),
        "renew": lambda: workflow.renew(asked, by=scene.steward, day=ahead(3), reason=text),
    }
    for name, act in acts.items():
        with subtests.test(name), pytest.raises(Refused):
            act()
    assert not asked.events.exists()


@pytest.mark.parametrize("who", ["owner", "steward", "second", "handler", "admin", "outsider"])
def test_only_a_leader_who_may_read_it_instructs(scene: Scene, leader: Any, who: str) -> None:
    asked = stand(scene)
    with pytest.raises(Refused, match="linked leader"):
        workflow.instruct(asked, by=getattr(scene, who), text="Do it.")
    LeaderLink.objects.create(leader=leader, enterprise=EnterpriseFactory(), starts_on=local_day())
    with pytest.raises(Refused, match="linked leader"):
        workflow.instruct(asked, by=leader, text="Not mine to read.")


def test_supervision_brings_the_answer_forward_and_is_ended_with_a_word(scene: Scene, leader: Any) -> None:
    late = ahead(12)
    asked = workflow.supervise(stand(scene, due_on=late, promised_days=15), by=scene.admin, reason="A key matter.")
    assert (asked.due_on, asked.promised_days) == (ahead(3), 6)
    assert "A key matter." in last_mail(scene.steward).body
    assert mails(scene.owner) == [("request.supervised", "held")]
    facts = asked.events.get().data
    assert (facts["due_on"], facts["due_before"]) == (ahead(3).isoformat(), late.isoformat())
    assert "A key matter" not in str(entries(asked))  # the reason stays inside
    with pytest.raises(Refused, match="already"):
        workflow.supervise(asked, by=scene.admin, reason="Again")
    with pytest.raises(Refused, match="end supervised handling"):
        workflow.release(asked, by=scene.steward, word="Done")
    asked = workflow.release(asked, by=scene.admin, word="It was answered.")
    assert (asked.supervised_at, asked.due_on) == (None, ahead(3))
    ended = Supervision.objects.get()
    assert (ended.word, ended.ended_by) == ("It was answered.", scene.admin)
    with pytest.raises(Refused, match="not under supervised"):
        workflow.release(asked, by=scene.admin, word="Twice")


@pytest.mark.parametrize("due", [-3, 2, 3])
def test_an_earlier_promise_stays_under_supervision(scene: Scene, leader: Any, due: int) -> None:
    day = local_day() - 3 * DAY if due < 0 else ahead(due)
    asked = workflow.supervise(stand(scene, due_on=day), by=scene.admin, reason="Why")
    assert (asked.due_on, asked.promised_days) == (day, 5)
    assert mails(scene.owner) == []


def test_a_leader_orders_supervision_and_the_service_centre_hears_of_it(scene: Scene, leader: Any) -> None:
    asked = workflow.supervise(stand(scene), by=leader, reason="Too long.")
    assert mails(scene.admin) == [("request.supervised", "queued")]
    workflow.release(asked, by=scene.admin, word="Done.")
    assert mails(leader) == [("request.released", "held")]
    with pytest.raises(Refused):
        workflow.supervise(asked, by=scene.steward, reason="Mine")


def test_a_new_date_is_told_at_once_and_the_promise_stays(scene: Scene) -> None:
    asked = workflow.renew(stand(scene), by=scene.steward, day=ahead(4), reason="The bureau is moving.")
    assert (asked.renewed_due_on, asked.due_on) == (ahead(4), local_day() - 3 * DAY)
    said = last_mail(scene.owner)
    assert (said.kind, said.state) == ("request.renewed", "queued")
    assert "The bureau is moving." in said.body
    assert "We are sorry" in said.body
    assert "The first promise is still counted" in said.body


@pytest.mark.parametrize(
    ("days", "reason"),
    [(0, "after today"), (-5, "after today"), (200, "within 60 working days"), (None, "not a working")],
)
def test_a_new_date_is_a_day_on_which_people_work(scene: Scene, days: int | None, reason: str) -> None:
    today, working = local_day(), calendar.current()
    off = next(day for n in range(1, 20) if not working.is_working(day := today + n * DAY))
    with pytest.raises(Refused, match=reason):
        workflow.renew(stand(scene), by=scene.steward, day=off if days is None else today + days * DAY, reason="x")


def test_a_second_new_date_is_later_and_one_without_need_is_refused(scene: Scene) -> None:
    asked = workflow.renew(stand(scene), by=scene.steward, day=ahead(4), reason="One")
    with pytest.raises(Refused, match="after the date that was promised"):
        workflow.renew(asked, by=scene.steward, day=ahead(4), reason="The same")
    assert workflow.renew(asked, by=scene.steward, day=ahead(6), reason="Two").renewed_due_on == ahead(6)
    with pytest.raises(Refused, match="not near yet"):
        workflow.renew(stand(scene, due_on=ahead(9)), by=scene.steward, day=ahead(12), reason="Comfort")
    with pytest.raises(Refused, match="steward"):
        workflow.renew(asked, by=scene.handler, day=ahead(8), reason="Not mine")


def test_nobody_has_contacted_me_goes_to_the_centre_and_the_steward_at_once(scene: Scene) -> None:
    asked = workflow.unheard(stand(scene, "accepted", due_on=ahead(5)), by=scene.colleague, text="Not a word.")
    assert (asked.state, asked.round, asked.due_on) == ("accepted", 1, ahead(5))
    assert mails(scene.steward) == mails(scene.admin) == [("request.unheard", "queued")]
    assert "Not a word." in last_mail(scene.admin).body
    with pytest.raises(Refused, match="told us today"):
        workflow.unheard(asked, by=scene.owner)
    asked.events.update(at=timezone.now() - DAY)
    assert workflow.unheard(asked, by=scene.owner).events.count() == 2


@pytest.mark.parametrize("state", ["answered", "rated", "closed"])
def test_what_counted_as_done_is_open_again(scene: Scene, state: str) -> None:
    done = stand(scene, state, renewed_due_on=local_day())
    done.events.create(kind="contacted", actor=scene.steward)  # so it says
    asked = workflow.unheard(done, by=scene.owner)
    assert (asked.state, asked.round, asked.due_on) == ("in_progress", 2, ahead(3))
    assert (asked.answered_at, asked.closed_at, asked.renewed_due_on) == (None, None, None)
    assert asked.events.last().data["reopened"]
    assert "open again" in last_mail(scene.steward).body


def test_nobody_has_contacted_me_waits_for_the_promise(scene: Scene) -> None:
    fresh = stand(scene, "accepted", due_on=ahead(5), submitted_at=timezone.now())
    with pytest.raises(Refused, match="first contact is promised"):
        workflow.unheard(fresh, by=scene.owner)
    told = stand(scene, due_on=ahead(5))
    told.events.create(kind="contacted", actor=scene.steward)
    with pytest.raises(Refused, match="written to you"):
        workflow.unheard(told, by=scene.owner)
    HelpRequest.objects.filter(pk=told.pk).update(due_on=local_day() - 3 * DAY)
    assert workflow.unheard(told, by=scene.owner).state == "in_progress"  # silent since, and late
    with pytest.raises(Refused):
        workflow.unheard(stand(scene), by=scene.outsider)


def test_it_has_lasted_is_told_once(scene: Scene) -> None:
    asked = workflow.lasted(stand(scene, "closed"), by=scene.owner, yes=True)
    assert (asked.state, asked.events.get().data["lasted"]) == ("closed", True)
    with pytest.raises(Refused, match="already"):
        workflow.lasted(asked, by=scene.colleague, yes=False)


def test_it_has_not_lasted_opens_it_again_in_the_same_go(scene: Scene) -> None:
    asked = workflow.lasted(stand(scene, "closed"), by=scene.owner, yes=False, seen=0)
    assert (asked.state, asked.round) == ("in_progress", 2)
    assert list(asked.events.values_list("kind", flat=True)) == ["lasted", "reopened"]
    assert mails(scene.steward) == [("request.reopened", "queued")]


LINKS: dict[str, Any] = {
    "enterprise": lambda enterprise: {"scope": "enterprise", "enterprise": enterprise},
    "tier": lambda enterprise: {"scope": "tier", "tier": enterprise.tier},
}


@pytest.mark.parametrize("link", LINKS)
def test_a_linked_leader_reads_what_is_late_there_and_nothing_else(scene: Scene, leader: Any, link: str) -> None:
    scene.enterprise.tier = "district"
    scene.enterprise.save()
    late, watched, calm = stand(scene), stand(scene, "answered", supervised_at=timezone.now()), stand(scene, "closed")
    elsewhere = HelpRequestFactory(state="submitted", due_on=local_day() - 9 * DAY)
    readable = HelpRequest.objects.readable_by(leader)
    assert {late, elsewhere, watched} == set(readable)  # no link yet: the whole district
    made = leaders.link(by=scene.admin, leader=leader, starts_on=local_day(), **LINKS[link](scene.enterprise))
    assert {late, watched} == set(HelpRequest.objects.readable_by(leader))
    Instruction.objects.create(request=calm, leader=leader, text="Once mine")
    assert calm in HelpRequest.objects.readable_by(leader)
    leaders.end(made, by=scene.admin, ends_on=local_day())
    assert elsewhere not in HelpRequest.objects.readable_by(leader)  # it ends with the day
    LeaderLink.objects.update(starts_on=local_day() - 5 * DAY, ends_on=local_day() - DAY)
    assert elsewhere not in HelpRequest.objects.readable_by(leader)  # the end of a link opens nothing


def test_linking_is_the_service_centres_and_makes_sense(scene: Scene, leader: Any) -> None:
    facts = {"leader": leader, "scope": "enterprise", "enterprise": scene.enterprise}
    for by, change, reason in (
        (scene.steward, {}, "service centre"),
        (scene.admin, {"leader": scene.steward}, "not a linked leader"),
        (scene.admin, {"starts_on": local_day() - DAY}, "past"),
        (scene.admin, {"ends_on": local_day() - DAY}, "before the first"),
    ):
        with pytest.raises(Refused, match=reason):
            leaders.link(**{"by": by, "starts_on": local_day(), **facts, **change})
    made = leaders.link(by=scene.admin, starts_on=local_day(), **facts)
    with pytest.raises(Refused, match="linked there already"):
        leaders.link(by=scene.admin, starts_on=local_day(), **facts)
    for by, day, reason in ((scene.steward, local_day(), "service centre"), (scene.admin, local_day() - DAY, "today")):
        with pytest.raises(Refused, match=reason):
            leaders.end(made, by=by, ends_on=day)
    assert leaders.end(made, by=scene.admin, ends_on=local_day()).ends_on == local_day()
