"""Parts for departments: given, accepted, answered, returned, passed on, decided, withdrawn; and what follows for the
whole request."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.core.access import Refused
from stewards import workflow
from stewards.models import HelpRequest, PartState, RequestPart
from stewards.parts import dates, standing, verbs
from stewards.reminding.sweep import sweep
from tests.factories.accounts import DepartmentFactory, HandlerFactory, UserFactory
from tests.factories.parts import RequestPartFactory, done, late, taken
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene, last_mail, mails, uploads

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """An accepted request, its steward, and handlers of two departments."""

    scene: Scene
    request: HelpRequest
    handler: Any
    other: Any

    def part(self, **fields: Any) -> RequestPart:
        return RequestPartFactory(request=self.request, department=self.handler.department, **fields)

    def now(self) -> HelpRequest:
        return HelpRequest.objects.get(pk=self.request.pk)

    @property
    def due(self) -> date:
        return dates.proposed(self.request)


@pytest.fixture
def case(scene: Scene) -> Case:
    request = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    return Case(scene, request, scene.handler, HandlerFactory(name_en="Oleg Other"))


def fresh(part: RequestPart) -> RequestPart:
    return RequestPart.objects.select_related("request").get(pk=part.pk)


class TestAdding:
    def test_the_department_and_the_enterprise_are_told(self, case: Case) -> None:
        steward, owner = case.scene.steward, case.scene.owner
        part = verbs.add(
            case.request, by=steward, department=case.handler.department, asked=" Any taxes owed? ", due_on=case.due
        )
        assert (part.state, part.asked, part.due_on) == ("open", "Any taxes owed?", case.due)
        assert case.now().state == "in_progress"
        assert case.now().steward == steward
        assert mails(case.handler) == [("request.part_added", "queued")]
        assert f"/desk/parts/{part.pk}/" in last_mail(case.handler).url
        assert "Any taxes owed?" in last_mail(case.handler).body
        told = last_mail(owner)
        assert told.state == "held"
        assert str(case.handler.department.name) in told.body
        assert "Stella Steward stays responsible" in told.body
        assert "taxes" not in told.body

    @pytest.mark.parametrize("who", ["second", "handler", "owner", "outsider"])
    def test_only_by_its_steward_and_the_service_centre(self, case: Case, who: str) -> None:
        by = getattr(case.scene, who)
        with pytest.raises(Refused, match="Only the responsible steward"):
            verbs.add(case.request, by=by, department=case.handler.department, asked="x", due_on=case.due)
        verbs.add(case.request, by=case.scene.admin, department=case.handler.department, asked="x", due_on=case.due)

    def test_not_twice_to_one_department(self, case: Case) -> None:
        case.part()
        with pytest.raises(Refused, match="at work on this request already"):
            verbs.add(
                case.request, by=case.scene.steward, department=case.handler.department, asked="x", due_on=case.due
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            case.part()

    def test_not_to_a_department_where_nobody_takes_it(self, case: Case) -> None:
        for department in (DepartmentFactory(), HandlerFactory(is_active=False).department):
            with pytest.raises(Refused, match="has nobody yet who takes requests"):
                verbs.add(case.request, by=case.scene.steward, department=department, asked="x", due_on=case.due)

    def test_the_day_is_a_working_day_within_the_promise(self, case: Case) -> None:
        last, first = dates.latest(case.request), dates.earliest()
        weekend = next(d for n in range(1, 8) if (d := first + timedelta(n)).weekday() == 6)
        days = {first - timedelta(1): "before", last + timedelta(1): "after"}
        if first < weekend < last:
            days[weekend] = "no working day"
        for day, reason in days.items():
            with pytest.raises(Refused, match=reason):
                verbs.add(
                    case.request, by=case.scene.steward, department=case.handler.department, asked="x", due_on=day
                )
        assert not RequestPart.objects.exists()

    def test_a_late_request_leaves_the_next_working_day(self, case: Case) -> None:
        HelpRequest.objects.filter(pk=case.request.pk).update(due_on=dates.earliest() - timedelta(9))
        assert dates.latest(case.now()) == dates.proposed(case.now()) == dates.earliest()

    def test_words_are_needed(self, case: Case) -> None:
        with pytest.raises(Refused, match="Write what the department"):
            verbs.add(
                case.request, by=case.scene.steward, department=case.handler.department, asked="  ", due_on=case.due
            )


class TestDoing:
    def test_accepted_and_answered(self, case: Case) -> None:
        part = verbs.accept(case.part(), by=case.handler)
        assert (part.state, part.handler) == ("accepted", case.handler)
        part = verbs.answer(part, by=case.handler, text="It owes nothing.", files=uploads("proof.pdf"))
        assert (fresh(part).state, part.answer) == ("answered", "It owes nothing.")
        assert mails(case.scene.steward) == [("request.part_taken", "held"), ("request.part_answer", "queued")]
        assert "All departments have answered" in last_mail(case.scene.steward).subject
        (file,) = case.request.attachments.all()
        assert file.internal
        assert not case.request.events.filter(internal=False).exists()
        assert not case.scene.owner.messages_received.exists()

    def test_the_steward_is_told_what_is_still_open(self, case: Case) -> None:
        taken(case.request, case.other)
        verbs.answer(taken(case.request, case.handler), by=case.handler, text="Fine.")
        mail = last_mail(case.scene.steward)
        assert (mail.state, "1 part is still open" in mail.body) == ("held", True)

    def test_one_colleague_accepts(self, case: Case) -> None:
        colleague = HandlerFactory(department=case.handler.department)
        part = verbs.accept(case.part(), by=case.handler)
        with pytest.raises(Refused, match="Hanna Handler has already accepted"):
            verbs.accept(part, by=colleague)
        with pytest.raises(Refused, match="You have already accepted"):
            verbs.accept(part, by=case.handler)
        for act in ({"text": "x"}, {"reason": "x"}):
            with pytest.raises(Refused, match="Hanna Handler has already accepted"):
                (verbs.answer if "text" in act else verbs.give_back)(part, by=colleague, **act)

    def test_what_somebody_left_behind_is_taken_over(self, case: Case) -> None:
        colleague = HandlerFactory(department=case.handler.department)
        part = taken(case.request, case.handler)
        case.handler.is_active = False
        case.handler.save()
        assert verbs.accept(part, by=colleague).handler == colleague

    def test_an_old_page_is_told_what_happened(self, case: Case) -> None:
        part = case.part()
        verbs.accept(part, by=case.handler, seen=part.lock_version)
        colleague = HandlerFactory(department=case.handler.department)
        with pytest.raises(Refused, match=r"Hanna Handler accepted the part .* has already accepted"):
            verbs.accept(part, by=colleague, seen=part.lock_version)
        with pytest.raises(Refused, match="Nothing was changed"):
            verbs.answer(part, by=case.handler, text="x", seen=part.lock_version)

    def test_parts_do_not_make_the_whole_page_old(self, case: Case) -> None:
        part = verbs.accept(case.part(), by=case.handler)
        verbs.answer(part, by=case.handler, text="Fine.")
        assert case.now().lock_version == case.request.lock_version
        workflow.contact(case.request, by=case.scene.steward, text="Hello.", seen=case.request.lock_version)

    def test_sent_back_for_more(self, case: Case) -> None:
        part = done(case.request, case.handler)
        part = verbs.send_back(part, by=case.scene.steward, reason="Since when?", due_on=case.due)
        assert (part.state, part.handler, part.reason) == ("accepted", case.handler, "Since when?")
        assert mails(case.handler) == [("request.part_back", "queued")]
        part = verbs.answer(part, by=case.handler, text="Since May.")
        assert (part.answer, part.reason) == ("Since May.", "")

    def test_sent_back_to_the_department_of_somebody_who_left(self, case: Case) -> None:
        part, colleague = done(case.request, case.handler), HandlerFactory(department=case.handler.department)
        case.handler.is_active = False
        case.handler.save()
        part = verbs.send_back(part, by=case.scene.steward, reason="Since when?", due_on=case.due)
        assert (part.state, part.handler) == ("open", None)
        assert mails(colleague) == [("request.part_back", "queued")]

    @pytest.mark.parametrize("act", ["withdraw", "move", "send_back"])
    def test_the_steward_s_acts_are_not_the_department_s(self, case: Case, act: str) -> None:
        part = done(case.request, case.handler) if act == "send_back" else taken(case.request, case.handler)
        facts: dict[str, Any] = {"reason": "No more."} | ({} if act == "withdraw" else {"due_on": case.due})
        for by in (case.handler, case.scene.second, case.scene.owner):
            with pytest.raises(Refused, match="Only the responsible steward"):
                getattr(verbs, act)(part, by=by, **facts)
        assert getattr(verbs, act)(part, by=case.scene.steward, **facts).lock_version == 1
        assert fresh(part).lock_version == 1

    def test_every_reason_is_needed(self, case: Case) -> None:
        part, elsewhere = taken(case.request, case.handler), case.other.department
        tries = [
            (verbs.answer, case.handler, {"text": " "}),
            (verbs.give_back, case.handler, {"reason": ""}),
            (verbs.transfer, case.handler, {"reason": " ", "department": elsewhere}),
            (verbs.withdraw, case.scene.steward, {"reason": ""}),
            (verbs.move, case.scene.steward, {"reason": "", "due_on": case.due}),
            (verbs.send_back, case.scene.steward, {"reason": "", "due_on": case.due}),
            (verbs.decide, case.scene.admin, {"reason": "", "due_on": case.due, "department": elsewhere}),
        ]
        for verb, by, facts in tries:
            with pytest.raises(Refused, match=r"^(Say|Write) "):
                verb(part, by=by, **facts)  # type: ignore[operator]
        assert fresh(part).lock_version == 0


class TestReturning:
    def test_to_the_steward(self, case: Case) -> None:
        part = verbs.give_back(case.part(), by=case.handler, reason="A matter of customs.")
        assert (part.state, part.reason, case.now().returns) == ("returned", "A matter of customs.", 1)
        assert mails(case.scene.steward) == [("request.part_return", "queued")]
        with pytest.raises(Refused, match="has returned this part"):
            verbs.accept(part, by=case.handler)

    def test_the_third_goes_to_the_service_centre_and_stays_where_it_is_put(self, case: Case) -> None:
        HelpRequest.objects.filter(pk=case.request.pk).update(returns=2)
        part = verbs.give_back(case.part(), by=case.handler, reason="Not ours.")
        assert (part.state, case.now().returns) == ("centre", 3)
        assert mails(case.scene.admin) == [("request.part_return", "queued")]
        with pytest.raises(Refused, match="Not answered by everybody"):
            workflow.answer(case.request, by=case.scene.steward, text="Well.")
        with pytest.raises(Refused, match="Only the service centre decides"):
            verbs.decide(
                part, by=case.scene.steward, department=case.other.department, reason="Yours.", due_on=case.due
            )
        part = verbs.decide(
            part, by=case.scene.admin, department=case.other.department, reason="Yours.", due_on=case.due
        )
        assert (part.state, part.department, part.final) == ("open", case.other.department, True)
        for act, facts in ((verbs.give_back, {}), (verbs.transfer, {"department": case.handler.department})):
            with pytest.raises(Refused, match="The service centre has decided"):
                act(part, by=case.other, reason="Not ours.", **facts)  # type: ignore[operator]
        part = verbs.accept(part, by=case.other)
        assert verbs.answer(part, by=case.other, text="Well then.").state == "answered"

    def test_also_to_the_department_that_returned_it(self, case: Case) -> None:
        part = case.part(state="centre")
        part = verbs.decide(
            part, by=case.scene.admin, department=case.handler.department, reason="Yours.", due_on=case.due
        )
        assert (part.state, part.department) == ("open", case.handler.department)

    def test_passed_on_without_more_time(self, case: Case) -> None:
        part = taken(case.request, case.handler)
        part = verbs.transfer(part, by=case.handler, department=case.other.department, reason="A matter of rents.")
        assert (part.state, part.handler, part.transfers) == ("open", None, 1)
        assert fresh(part).due_on == case.due
        assert mails(case.other) == [("request.part_passed", "queued")]
        assert mails(case.scene.steward) == [("request.part_passed", "held")]
        assert "rents" not in last_mail(case.scene.owner).body
        with pytest.raises(Refused, match="has passed this part on already"):
            verbs.transfer(part, by=case.other, department=case.handler.department, reason="No, yours.")
        third = HandlerFactory()
        part = verbs.transfer(part, by=case.other, department=third.department, reason="Yours, surely.")
        with pytest.raises(Refused, match="passed on often enough"):
            verbs.transfer(part, by=third, department=HandlerFactory().department, reason="No.")

    def test_not_to_one_that_is_at_work_already(self, case: Case) -> None:
        taken(case.request, case.other)
        with pytest.raises(Refused, match="at work on this request already"):
            verbs.transfer(case.part(), by=case.handler, department=case.other.department, reason="Yours.")


class TestTheWhole:
    def test_no_answer_while_a_part_is_open(self, case: Case) -> None:
        part = taken(case.request, case.handler)
        with pytest.raises(Refused, match=str(case.handler.department.name)):
            workflow.answer(case.request, by=case.scene.steward, text="Well.")
        verbs.withdraw(part, by=case.scene.steward, reason="We know it already.")
        assert mails(case.handler) == [("request.part_gone", "held")]
        assert workflow.answer(case.request, by=case.scene.steward, text="Well.").state == "answered"

    @pytest.mark.parametrize("end", ["withdraw", "decline"])
    def test_the_end_of_the_request_is_the_end_of_its_parts(self, case: Case, end: str) -> None:
        open_part, over = case.part(), done(case.request, case.other)
        if end == "withdraw":
            workflow.withdraw(case.request, by=case.scene.owner, reason="Settled.")
        else:
            workflow.decline(case.request, by=case.scene.steward, ground="court", where_instead="The court, room 3.")
        assert (fresh(open_part).state, fresh(over).state) == ("withdrawn", "answered")
        assert mails(case.handler)[-1] == (f"request.{'withdrawn' if end == 'withdraw' else 'not_accepted'}", "held")
        assert mails(case.other) == []

    def test_while_the_enterprise_is_asked_the_parts_stand_still(self, case: Case, monkeypatch: Any) -> None:
        part = taken(case.request, case.handler)
        workflow.ask_back(case.request, by=case.scene.steward, text="Which year?")
        since = case.now().waiting_since
        assert since
        HelpRequest.objects.filter(pk=case.request.pk).update(waiting_since=since - timedelta(days=14))
        workflow.reply(case.request, by=case.scene.owner, text="This one.")
        working = dates.calendar.current()
        days = working.working_days_between(dates.local_day(since - timedelta(days=14)), dates.local_day(since))
        assert days > 5
        assert fresh(part).due_on == working.add_working_days(part.due_on, days) <= case.now().due_on

    def test_an_earlier_promise_makes_the_parts_earlier(self, case: Case) -> None:
        part, earlier = taken(case.request, case.handler), dates.earliest()
        with transaction.atomic():
            locked = case.now()
            locked.due_on = earlier
            dates.follow(locked, {"due_on"})
        assert fresh(part).due_on == earlier

    def test_a_new_round_begins_without_the_old_answers(self, case: Case) -> None:
        done(case.request, case.handler)
        workflow.answer(case.request, by=case.scene.steward, text="It owes nothing.")
        again = workflow.reopen(case.request, by=case.scene.owner, reason="And last year?")
        assert standing.combined(again) == ""
        part = RequestPart.objects.get()
        part = verbs.send_back(part, by=case.scene.steward, reason="Last year?", due_on=dates.proposed(again))
        verbs.answer(part, by=case.handler, text="Nothing either.")
        assert standing.combined(case.now()) == f"{case.handler.department.name}\nNothing either."

    def test_files_of_a_department_go_with_the_answer(self, case: Case) -> None:
        part = taken(case.request, case.handler)
        verbs.answer(part, by=case.handler, text="See.", files=uploads("a.pdf", "b.pdf"))
        key = str(case.request.attachments.get(name="b.pdf").key)
        workflow.answer(case.request, by=case.scene.steward, text="See the file.", part_files=[key, "nonsense"])
        public = case.request.attachments.filter(internal=False)
        assert [(file.name, file.event.kind) for file in public] == [("b.pdf", "answered")]
        assert public[0].uploaded_by == case.scene.steward
        assert str(public[0].key) != key

    def test_what_an_accepted_or_answered_part_has_is_kept_by_the_database(self, case: Case) -> None:
        for state in (PartState.ACCEPTED, PartState.ANSWERED):
            with pytest.raises(IntegrityError), transaction.atomic():
                case.part(state=state)


class TestReferral:
    def referred(self, case: Case) -> HelpRequest:
        return workflow.refer(
            case.request, by=case.scene.steward, department=case.handler.department, reason="A tax matter."
        )

    @pytest.mark.parametrize("accepted_first", [True, False])
    def test_back_to_the_steward(self, case: Case, accepted_first: bool) -> None:
        asked = self.referred(case)
        if accepted_first:
            asked = workflow.accept(asked, by=case.handler)
        asked = workflow.give_back(asked, by=case.handler, reason="Not a tax matter.")
        steward = case.scene.steward
        assert (asked.state, asked.handler, asked.department) == ("assigned", steward, steward.department)
        assert (asked.returns, asked.steward) == (1, steward)
        assert mails(steward)[-1] == ("request.given_back", "queued")
        assert workflow.accept(asked, by=steward).state == "accepted"

    def test_the_third_is_decided_by_the_service_centre(self, case: Case) -> None:
        HelpRequest.objects.filter(pk=case.request.pk).update(returns=2)
        asked = workflow.give_back(self.referred(case), by=case.handler, reason="Not ours.")
        assert (asked.handler, asked.department, asked.steward) == (None, None, case.scene.steward)
        assert mails(case.scene.admin) == [("request.given_back", "queued")]
        asked = workflow.decide(asked, by=case.scene.admin, department=case.other.department, reason="Yours.")
        assert asked.department == case.other.department
        asked = workflow.accept(asked, by=case.other)
        with pytest.raises(Refused, match="it cannot be returned again"):
            workflow.give_back(asked, by=case.other, reason="Not ours either.")
        with pytest.raises(Refused, match="No decision on the department is needed"):
            workflow.decide(
                workflow.refer(asked, by=case.other, department=case.handler.department, reason="x"),
                by=case.scene.admin,
                department=case.other.department,
                reason="x",
            )

    def test_what_was_not_referred_is_not_returned(self, case: Case) -> None:
        for by in (case.scene.steward, case.handler, case.scene.admin, UserFactory(roles=["handler"])):
            with pytest.raises(Refused, match="was not referred to you"):
                workflow.give_back(case.request, by=by, reason="No.")

    def test_not_by_a_colleague_of_whoever_accepted_it(self, case: Case) -> None:
        asked = workflow.accept(self.referred(case), by=case.handler)
        with pytest.raises(Refused, match="was not referred to you"):
            workflow.give_back(asked, by=HandlerFactory(department=case.handler.department), reason="No.")


class TestReminding:
    def test_a_late_part_reminds_its_handler_and_the_steward_once(self, case: Case) -> None:
        part = late(case.request, case.handler)
        late(case.request, case.other, days=0)
        assert [sweep(), sweep()] == [2, 0]
        for person in (case.handler, case.scene.steward):
            assert mails(person) == [("reminder.part-overdue", "queued")]
            assert "part is overdue" in last_mail(person).subject
        verbs.move(part, by=case.scene.steward, due_on=dates.earliest(), reason="A day more.")
        assert sweep() == 0

    def test_before_anybody_has_accepted_it_the_whole_department(self, case: Case) -> None:
        colleague = HandlerFactory(department=case.handler.department)
        HandlerFactory(department=case.handler.department, is_active=False)
        case.part(due_on=timezone.localdate() - timedelta(days=9))
        for _each in range(3):
            sweep()
        for person in (case.handler, colleague, case.scene.steward):
            assert mails(person) == [("reminder.part-overdue", "queued")]

    @pytest.mark.parametrize("state", ["answered", "returned", "withdrawn"])
    def test_not_of_what_is_over(self, case: Case, state: str) -> None:
        late(case.request, case.handler, state=state, answer="Fine.", answered_at=timezone.now())
        assert sweep() == 0

    def test_not_while_the_enterprise_is_asked(self, case: Case) -> None:
        late(case.request, case.handler)
        workflow.ask_back(case.request, by=case.scene.steward, text="Which year?")
        assert sweep() == 0
