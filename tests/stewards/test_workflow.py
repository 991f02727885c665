"""The verbs: what each changes, records and tells, and whom."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from enterprises.models import Membership
from notices.models import Message
from portal.core.access import Refused
from stewards import workflow
from stewards.models import Attachment, HelpRequest, NumberSeries, Rating, RequestEvent, ServiceStandard, Stewardship
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.stewards.scene import Scene, last_mail, mails, uploads

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 6, 1, 10, 0, tzinfo=SHANGHAI)
pytestmark = pytest.mark.usefixtures("_monday")


@pytest.fixture
def _monday() -> Any:
    with time_machine.travel(MONDAY, tick=True):
        yield


def kinds(request: HelpRequest) -> list[str]:
    return list(request.events.order_by("pk").values_list("kind", flat=True))


def stored(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


class TestDrafts:
    def test_keeps_everything_written(self, scene: Scene) -> None:
        policy = PolicyFactory()
        draft = scene.draft(policy=policy, subject="Unfinished", body="", type="complaint")
        draft = stored(draft)
        assert (draft.state, draft.number, draft.asker, draft.enterprise) == (
            "draft",
            None,
            scene.owner,
            scene.enterprise,
        )
        assert (draft.subject, draft.body, draft.type, draft.policy) == ("Unfinished", "", "complaint", policy)

    def test_one_form_writes_one_draft(self, scene: Scene) -> None:
        key = uuid.uuid4()
        first = scene.draft(form_key=key, subject="One")
        again = scene.draft(form_key=key, subject="Two")
        assert first.pk == again.pk
        assert HelpRequest.objects.get().subject == "Two"

    def test_nobody_writes_into_the_draft_of_another(self, scene: Scene) -> None:
        draft = scene.draft(form_key=uuid.uuid4())
        for way in ({"draft": draft}, {"form_key": draft.form_key}):
            with pytest.raises(Refused, match="belongs to somebody else"):
                workflow.save_draft(by=scene.colleague, enterprise=None, subject="Mine now", **way)
        assert stored(draft).subject == "Rent subsidy"

    def test_not_for_an_enterprise_of_others(self, scene: Scene) -> None:
        with pytest.raises(Refused, match="do not act for this enterprise"):
            workflow.save_draft(by=scene.outsider, enterprise=scene.enterprise, subject="x")
        MembershipFactory(user=scene.outsider, enterprise=scene.enterprise, state="claimed")
        with pytest.raises(Refused, match="do not act"):
            workflow.save_draft(by=scene.outsider, enterprise=scene.enterprise, subject="x")
        assert not HelpRequest.objects.exists()

    @pytest.mark.parametrize("words", [{"subject": "x" * 201}, {"body": "x" * 10_001}, {"type": "nonsense"}])
    def test_refuses_what_no_form_would_send(self, scene: Scene, words: dict[str, str]) -> None:
        with pytest.raises(Refused):
            scene.draft(**words)
        assert not HelpRequest.objects.exists()

    def test_a_late_autosave_changes_nothing_that_was_sent(self, scene: Scene) -> None:
        draft = scene.draft()
        workflow.submit(draft, by=scene.owner)
        kept = workflow.save_draft(by=scene.owner, enterprise=scene.enterprise, draft=draft, subject="Late")
        assert kept.state == "assigned"
        assert stored(draft).subject == "Rent subsidy"

    def test_discard_takes_rows_and_files(self, scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
        draft = scene.draft(uploads=uploads("plan.pdf"))
        file = Attachment.objects.get().file
        assert file.storage.exists(file.name)
        with django_capture_on_commit_callbacks(execute=True):
            workflow.discard(draft, by=scene.owner)
        assert not HelpRequest.objects.exists()
        assert not file.storage.exists(file.name)

    def test_discard_only_own_drafts(self, scene: Scene) -> None:
        draft = scene.draft()
        with pytest.raises(Refused):
            workflow.discard(draft, by=scene.colleague)
        asked = workflow.submit(draft, by=scene.owner)
        with pytest.raises(Refused):
            workflow.discard(asked, by=scene.owner)
        assert stored(asked).number


class TestSubmit:
    def test_number_steward_and_due_date(self, scene: Scene) -> None:
        asked = stored(workflow.submit(scene.draft(), by=scene.owner))
        assert asked.number == "HK-2026-000001"
        assert (asked.state, asked.steward, asked.handler) == ("assigned", scene.steward, scene.steward)
        assert asked.department == scene.steward.department
        assert (asked.due_on, asked.promised_days, asked.due_provisional) == (date(2026, 6, 8), 5, False)
        assert asked.submitted_at == asked.assigned_at
        assert kinds(asked) == ["submitted"]
        assert asked.events.get().text == "How do we apply?"

    def test_numbers_count_up_within_the_year(self, scene: Scene) -> None:
        numbers = [workflow.submit(scene.draft(), by=scene.owner).number for _ in range(3)]
        assert numbers == ["HK-2026-000001", "HK-2026-000002", "HK-2026-000003"]
        with time_machine.travel(datetime(2027, 1, 4, 9, 0, tzinfo=SHANGHAI)):
            assert workflow.submit(scene.draft(), by=scene.owner).number == "HK-2027-000001"
        assert dict(NumberSeries.objects.values_list("year", "last")) == {2026: 3, 2027: 1}

    def test_the_year_of_a_number_is_the_district_s_year(self, scene: Scene) -> None:
        with time_machine.travel(datetime(2026, 12, 31, 23, 0, tzinfo=ZoneInfo("UTC"))):
            assert workflow.submit(scene.draft(), by=scene.owner).number == "HK-2027-000001"

    def test_a_refused_submission_uses_up_no_number(self, scene: Scene) -> None:
        with pytest.raises(Refused, match="Write a subject"):
            workflow.submit(scene.draft(subject="  "), by=scene.owner)
        with pytest.raises(Refused, match="Write what you need"):
            workflow.submit(scene.draft(body="\n "), by=scene.owner)
        assert not NumberSeries.objects.exists()

    def test_twice_gives_the_same_request_quietly(self, scene: Scene) -> None:
        draft = scene.draft()
        first, second = workflow.submit(draft, by=scene.owner), workflow.submit(draft, by=scene.owner)
        assert first.number == second.number
        assert kinds(first) == ["submitted"]
        assert Message.objects.filter(recipient=scene.owner).count() == 1

    def test_somebody_else_cannot_send_it(self, scene: Scene) -> None:
        draft = scene.draft()
        with pytest.raises(Refused, match="Only the person who wrote the draft"):
            workflow.submit(draft, by=scene.colleague)
        asked = workflow.submit(draft, by=scene.owner)
        with pytest.raises(Refused, match="already submitted"):
            workflow.submit(asked, by=scene.colleague)

    def test_not_after_leaving_the_enterprise(self, scene: Scene) -> None:
        draft = scene.draft()
        Membership.objects.filter(user=scene.owner).update(state="ended")
        with pytest.raises(Refused, match="do not act for this enterprise"):
            workflow.submit(draft, by=scene.owner)
        assert stored(draft).state == "draft"

    def test_confirmation_names_number_person_and_date(self, scene: Scene) -> None:
        workflow.submit(scene.draft(), by=scene.owner)
        mail = last_mail(scene.owner)
        assert (mail.kind, mail.state) == ("request.submitted", "queued")
        assert "HK-2026-000001" in mail.subject
        assert "Your steward is Stella Steward, telephone 021-5555 0101." in mail.body
        assert "Answer due by Monday 8 June 2026 (5 working days)." in mail.body
        assert mail.url == "/en/requests/HK-2026-000001/"

    def test_confirmation_in_the_receiver_s_language(self, scene: Scene) -> None:
        scene.owner.language = "zh-hans"
        scene.owner.save()
        workflow.submit(scene.draft(), by=scene.owner)
        mail = last_mail(scene.owner)
        assert mail.language == "zh-hans"
        assert mail.url == "/zh-hans/requests/HK-2026-000001/"
        assert scene.steward.name_zh in mail.body
        assert "2026年6月8日" in mail.body

    def test_the_steward_is_told_at_once(self, scene: Scene) -> None:
        workflow.submit(scene.draft(), by=scene.owner)
        assert mails(scene.steward) == [("request.submitted", "queued")]
        assert last_mail(scene.steward).url == "/en/desk/HK-2026-000001/"
        assert mails(scene.admin) == []

    def test_without_a_steward_the_admins_are_told_at_once(self, scene: Scene) -> None:
        Stewardship.objects.all().delete()
        asked = workflow.submit(scene.draft(), by=scene.owner)
        assert (asked.state, asked.steward, asked.handler) == ("submitted", None, None)
        assert mails(scene.admin) == [("request.submitted", "queued")]
        assert "The service centre names a steward" in last_mail(scene.owner).body

    def test_without_an_enterprise(self, scene: Scene) -> None:
        draft = workflow.save_draft(by=scene.outsider, enterprise=None, subject="Founding", body="Where do I begin?")
        asked = workflow.submit(draft, by=scene.outsider)
        assert (asked.state, asked.enterprise) == ("submitted", None)
        assert mails(scene.outsider) == [("request.submitted", "queued")]
        assert "from Otto Outsider" in last_mail(scene.admin).body

    def test_the_standard_in_force_on_the_day_counts(self, scene: Scene) -> None:
        ServiceStandard.objects.create(type="help", days=3, valid_from=date(2026, 6, 1))
        ServiceStandard.objects.create(type="help", days=9, valid_from=date(2026, 6, 2))
        asked = workflow.submit(scene.draft(), by=scene.owner)
        assert (asked.due_on, asked.promised_days) == (date(2026, 6, 4), 3)

    def test_a_due_date_in_an_unpublished_year_is_called_provisional(self, scene: Scene) -> None:
        with time_machine.travel(datetime(2026, 12, 30, 9, 0, tzinfo=SHANGHAI)):
            asked = workflow.submit(scene.draft(), by=scene.owner)
        assert asked.due_provisional
        assert "the working-day calendar for 2027 is not published yet" in last_mail(scene.owner).body

    def test_is_found_by_its_words(self, scene: Scene) -> None:
        from portal.core.search import tsquery_text

        workflow.submit(scene.draft(subject="办公用房租金补贴", body="Our lease ends."), by=scene.owner)
        for words in ("租金", "lease", "HK-2026-000001"):
            found = HelpRequest.objects.extra(where=["search @@ %s::tsquery"], params=[tsquery_text(words)])
            assert found.count() == 1, words

    def test_files_of_the_draft_belong_to_the_first_entry(self, scene: Scene) -> None:
        asked = workflow.submit(scene.draft(uploads=uploads("a.pdf", "b.pdf")), by=scene.owner)
        assert [a.name for a in asked.events.get().attachments.order_by("pk")] == ["a.pdf", "b.pdf"]


class TestAssignAndAccept:
    def test_admin_assigns_the_first_steward(self, scene: Scene) -> None:
        asked = workflow.assign(scene.request("submitted"), steward=scene.second, by=scene.admin, note="Speaks German")
        assert (asked.state, asked.steward, asked.handler) == ("assigned", scene.second, scene.second)
        assert kinds(asked) == ["submitted", "assigned", "note"]
        assert asked.events.get(kind="note").internal
        assert mails(scene.second) == [("request.assigned", "queued")]
        assert mails(scene.owner)[-1] == ("request.assigned", "queued")
        assert "Sam Second is your steward" in last_mail(scene.owner).body

    def test_assigning_anew_tells_the_one_before(self, scene: Scene) -> None:
        asked = workflow.assign(scene.request("in_progress"), steward=scene.second, by=scene.admin)
        assert (asked.state, asked.steward, asked.handler, asked.accepted_at) == (
            "assigned",
            scene.second,
            scene.second,
            None,
        )
        assert mails(scene.steward)[-1] == ("request.assigned", "held")
        assert mails(scene.owner)[-1] == ("request.assigned", "held")

    def test_assigning_while_the_enterprise_is_asked_keeps_its_turn(self, scene: Scene) -> None:
        asked = workflow.assign(scene.request("waiting"), steward=scene.second, by=scene.admin)
        assert (asked.state, asked.steward) == ("waiting", scene.second)
        assert workflow.reply(asked, by=scene.owner, text="Since May.").state == "in_progress"
        assert mails(scene.second)[-1] == ("request.replied", "queued")

    def test_only_to_a_steward(self, scene: Scene) -> None:
        with pytest.raises(Refused, match="Hanna Handler is not a service steward"):
            workflow.assign(scene.request(), steward=scene.handler, by=scene.admin)
        former = StewardFactory(name_en="Finn Former", is_active=False)
        with pytest.raises(Refused, match="Finn Former is not"):
            workflow.assign(scene.request(), steward=former, by=scene.admin)

    def test_accept(self, scene: Scene) -> None:
        asked = workflow.accept(scene.request(), by=scene.steward)
        assert (asked.state, asked.handler) == ("accepted", scene.steward)
        assert asked.accepted_at
        assert mails(scene.owner)[-1] == ("request.accepted", "held")

    def test_any_steward_takes_what_nobody_has(self, scene: Scene) -> None:
        asked = workflow.accept(scene.request("submitted"), by=scene.second)
        assert (asked.state, asked.steward, asked.handler) == ("accepted", scene.second, scene.second)
        assert asked.assigned_at == asked.accepted_at

    def test_a_handler_cannot_take_what_nobody_is_responsible_for(self, scene: Scene) -> None:
        with pytest.raises(Refused, match="Only a service steward can take"):
            workflow.accept(scene.request("submitted"), by=scene.handler)

    def test_the_second_is_told_who_has_it(self, scene: Scene) -> None:
        asked = scene.request()
        workflow.accept(asked, by=scene.steward)
        with pytest.raises(Refused, match=r"^Stella Steward has already accepted this request \(10:0\d\)\.$"):
            workflow.accept(asked, by=scene.second, seen=asked.lock_version)
        with pytest.raises(Refused, match="You have already accepted this request"):
            workflow.accept(asked, by=scene.steward)
        assert kinds(asked) == ["submitted", "accepted"]

    def test_a_colleague_of_the_department_may_accept_and_the_steward_stays(self, scene: Scene) -> None:
        asked = workflow.accept(scene.request(), by=scene.second)
        assert (asked.steward, asked.handler) == (scene.steward, scene.second)
        with pytest.raises(Refused, match="Sam Second has already accepted"):
            workflow.accept(asked, by=scene.steward)

    def test_a_steward_of_another_department_may_not(self, scene: Scene) -> None:
        from tests.factories.accounts import DepartmentFactory

        stranger = StewardFactory(department=DepartmentFactory())
        with pytest.raises(Refused, match="assigned to somebody else"):
            workflow.accept(scene.request(), by=stranger)


class TestReferring:
    def test_the_department_gets_it_and_the_steward_stays(self, scene: Scene) -> None:
        asked = workflow.refer(
            scene.request("accepted"), by=scene.steward, department=scene.tax, reason="A tax matter."
        )
        assert (asked.state, asked.department, asked.handler) == ("assigned", scene.tax, None)
        assert asked.steward == scene.steward
        assert mails(scene.handler) == [("request.referred", "queued")]
        assert "A tax matter." in last_mail(scene.handler).body
        assert mails(scene.owner)[-1] == ("request.referred", "held")
        assert "Stella Steward stays responsible" in last_mail(scene.owner).body

    def test_a_handler_there_accepts_and_answers(self, scene: Scene) -> None:
        asked = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
        asked = workflow.accept(asked, by=scene.handler)
        assert (asked.steward, asked.handler) == (scene.steward, scene.handler)
        asked = workflow.answer(asked, by=scene.handler, text="It is deductible.")
        assert asked.state == "answered"
        assert mails(scene.steward)[-1] == ("request.answered", "held")

    @pytest.mark.parametrize("accepted_there", [False, True])
    def test_the_steward_takes_it_back(self, scene: Scene, accepted_there: bool) -> None:
        asked = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
        if accepted_there:
            workflow.accept(asked, by=scene.handler)
            with pytest.raises(Refused, match="Hanna Handler has already accepted"):
                workflow.accept(asked, by=scene.second)
        asked = workflow.accept(asked, by=scene.steward)
        assert (asked.state, asked.handler, asked.department) == ("accepted", scene.steward, scene.steward.department)

    def test_needs_a_reason_and_another_department(self, scene: Scene) -> None:
        asked = scene.request("accepted")
        with pytest.raises(Refused, match="Say why"):
            workflow.refer(asked, by=scene.steward, department=scene.tax, reason=" ")
        with pytest.raises(Refused, match="already with"):
            workflow.refer(asked, by=scene.steward, department=scene.steward.department, reason="Again.")
        assert kinds(asked) == ["submitted", "accepted"]
        assert stored(asked).lock_version == asked.lock_version

    def test_handlers_of_other_departments_hear_nothing(self, scene: Scene) -> None:
        other = HandlerFactory()
        gone = HandlerFactory(department=scene.tax, is_active=False)
        workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
        assert mails(other) == mails(gone) == []


class TestConversation:
    def test_contact_moves_it_on_and_reaches_the_asker_at_once(self, scene: Scene) -> None:
        asked = workflow.contact(scene.request("accepted"), by=scene.steward, text="Hello", files=uploads("form.pdf"))
        assert asked.state == "in_progress"
        assert mails(scene.owner)[-1] == ("request.contacted", "queued")
        assert "Hello" in last_mail(scene.owner).body
        assert [a.internal for a in Attachment.objects.all()] == [False]
        assert workflow.contact(asked, by=scene.steward, text="Once more").state == "in_progress"

    def test_a_question_stops_the_clock_and_the_reply_moves_the_date_on(self, scene: Scene) -> None:
        asked = workflow.ask_back(scene.request("in_progress"), by=scene.steward, text="Which floor?")
        assert (asked.state, asked.due_on) == ("waiting", date(2026, 6, 8))
        assert mails(scene.owner)[-1] == ("request.asked_back", "queued")
        with time_machine.travel(MONDAY + timedelta(days=7)):  # five working days later
            asked = workflow.reply(asked, by=scene.colleague, text="The third.")
        assert (asked.state, asked.waiting_since, asked.due_on) == ("in_progress", None, date(2026, 6, 15))
        assert mails(scene.steward)[-1] == ("request.replied", "queued")
        assert asked.events.last().data["paused_from"] == "2026-06-01"

    @pytest.mark.parametrize(("days", "due"), [(0, 8), (1, 9), (4, 12), (5, 12), (6, 12), (7, 15)])
    def test_only_working_days_move_it(self, scene: Scene, days: int, due: int) -> None:
        asked = scene.request("waiting")
        with time_machine.travel(MONDAY + timedelta(days=days)):
            asked = workflow.reply(asked, by=scene.owner, text="Here.")
        assert asked.due_on == date(2026, 6, due)

    def test_an_addition_moves_nothing_and_waits_for_the_digest(self, scene: Scene) -> None:
        asked = workflow.reply(scene.request(), by=scene.owner, text="One more thing.", files=uploads("x.pdf"))
        assert (asked.state, asked.due_on) == ("assigned", date(2026, 6, 8))
        assert mails(scene.steward)[-1] == ("request.replied", "held")

    def test_an_addition_while_nobody_is_named(self, scene: Scene) -> None:
        assert workflow.reply(scene.request("submitted"), by=scene.owner, text="More.").state == "submitted"

    def test_notes_stay_inside(self, scene: Scene) -> None:
        asked = scene.request("accepted")
        before = Message.objects.count()
        noted = workflow.note(asked, by=scene.second, text="Call them in the morning.", files=uploads("n.pdf"))
        event = noted.events.last()
        assert event.internal
        assert event.attachments.get().internal
        assert noted.lock_version == asked.lock_version
        assert Message.objects.count() == before
        workflow.answer(asked, by=scene.steward, text="Yes.", seen=asked.lock_version)  # a note makes nothing stale

    @pytest.mark.parametrize("verb", ["contact", "ask_back", "note", "answer"])
    def test_nothing_empty(self, scene: Scene, verb: str) -> None:
        asked = scene.request("accepted")
        with pytest.raises(Refused, match="Write"):
            getattr(workflow, verb)(asked, by=scene.steward, text=" \n\t ")
        assert kinds(asked) == ["submitted", "accepted"]

    def test_the_owners_hear_when_the_asker_has_left(self, scene: Scene) -> None:
        draft = workflow.save_draft(by=scene.colleague, enterprise=scene.enterprise, subject="s", body="b")
        asked = workflow.accept(workflow.submit(draft, by=scene.colleague), by=scene.steward)
        Membership.objects.filter(user=scene.colleague).update(state="ended")
        workflow.contact(asked, by=scene.steward, text="Hello")
        assert mails(scene.owner) == [("request.contacted", "queued")]
        assert mails(scene.colleague)[-1][0] == "request.accepted"


class TestEnd:
    def test_answer(self, scene: Scene) -> None:
        asked = workflow.answer(
            scene.request("in_progress"), by=scene.steward, text="Apply online.", files=uploads("a.pdf")
        )
        assert (asked.state, asked.handler) == ("answered", scene.steward)
        assert asked.answered_at
        assert mails(scene.owner)[-1] == ("request.answered", "queued")
        assert "Apply online." in last_mail(scene.owner).body

    def test_an_answer_without_waiting_longer_ends_the_pause(self, scene: Scene) -> None:
        asked = scene.request("waiting")
        with time_machine.travel(MONDAY + timedelta(days=2)):
            asked = workflow.answer(asked, by=scene.steward, text="We found it ourselves.")
        assert (asked.state, asked.waiting_since, asked.due_on) == ("answered", None, date(2026, 6, 10))

    def test_rate(self, scene: Scene) -> None:
        asked = workflow.rate(
            scene.request("answered"), by=scene.owner, score=5, contacted=True, solved=True, comment=" Quick! "
        )
        rating = Rating.objects.get()
        assert (asked.state, rating.score, rating.contacted, rating.solved) == ("rated", 5, True, True)
        assert (rating.comment, rating.round, rating.rated_by) == ("Quick!", 1, scene.owner)
        assert mails(scene.steward)[-1] == ("request.rated", "held")
        assert mails(scene.admin) == []

    def test_a_bad_rating_reaches_the_centre(self, scene: Scene) -> None:
        workflow.rate(scene.request("answered"), by=scene.owner, score=2, solved=False, comment="No help.")
        for person in (scene.steward, scene.admin):
            assert "call the enterprise back" in last_mail(person).body

    @pytest.mark.parametrize("score", [0, 6, -1])
    def test_five_levels(self, scene: Scene, score: int) -> None:
        with pytest.raises(Refused, match="five levels"):
            workflow.rate(scene.request("answered"), by=scene.owner, score=score, solved=True)

    def test_once_a_round(self, scene: Scene) -> None:
        asked = scene.request("rated")
        with pytest.raises(Refused):
            workflow.rate(asked, by=scene.colleague, score=1, solved=False)
        asked = workflow.close(asked, by=scene.steward)
        with pytest.raises(Refused, match="rated already"):
            workflow.rate(asked, by=scene.colleague, score=1, solved=False)
        assert Rating.objects.get().score == 4
        assert kinds(asked).count("rated") == 1
        asked = workflow.answer(workflow.reopen(asked, by=scene.owner, reason="Again"), by=scene.steward, text="Now?")
        assert workflow.rate(asked, by=scene.owner, score=3, solved=True).state == "rated"
        assert sorted(Rating.objects.values_list("round", "score")) == [(1, 4), (2, 3)]

    def test_a_closed_request_can_still_be_rated(self, scene: Scene) -> None:
        assert workflow.rate(scene.request("closed"), by=scene.owner, score=5, solved=True).state == "closed"

    @pytest.mark.parametrize("state", ["answered", "rated"])
    def test_close(self, scene: Scene, state: str) -> None:
        asked = workflow.close(scene.request(state), by=scene.steward)
        assert asked.state == "closed"
        assert asked.closed_at
        assert mails(scene.owner)[-1] == ("request.closed", "held")

    @pytest.mark.parametrize("state", ["answered", "rated", "closed"])
    def test_reopen_begins_a_new_round(self, scene: Scene, state: str) -> None:
        asked = scene.request(state)
        with time_machine.travel(MONDAY + timedelta(days=30)):
            asked = workflow.reopen(asked, by=scene.owner, reason="Refused again.")
        assert (asked.state, asked.round, asked.answered_at, asked.closed_at) == ("in_progress", 2, None, None)
        assert asked.due_on == date(2026, 7, 8)
        assert mails(scene.steward)[-1] == ("request.reopened", "queued")
        assert workflow.answer(asked, by=scene.steward, text="Now it works.").state == "answered"

    def test_decline_needs_ground_and_a_way_on(self, scene: Scene) -> None:
        asked = scene.request()
        with pytest.raises(Refused, match="Choose the ground"):
            workflow.decline(asked, by=scene.steward, ground="dislike", where_instead="Elsewhere")
        with pytest.raises(Refused, match="where the enterprise can go"):
            workflow.decline(asked, by=scene.steward, ground="court", where_instead="  ")
        asked = workflow.decline(asked, by=scene.steward, ground="court", where_instead="The court, room 3.")
        assert (asked.state, asked.ground) == ("not_accepted", "court")
        mail = last_mail(scene.owner)
        assert mail.state == "queued"
        assert "Ground: Before a court or in administrative review" in mail.body
        assert "The court, room 3." in mail.body

    def test_decline_what_nobody_has(self, scene: Scene) -> None:
        asked = workflow.decline(
            scene.request("submitted"), by=scene.second, ground="court", where_instead="The court."
        )
        assert (asked.state, asked.steward) == ("not_accepted", None)

    def test_withdraw(self, scene: Scene) -> None:
        asked = workflow.withdraw(scene.request("waiting"), by=scene.colleague, reason="Settled.")
        assert (asked.state, asked.waiting_since) == ("withdrawn", None)
        assert mails(scene.steward)[-1] == ("request.withdrawn", "held")


class TestStaleForms:
    def test_says_what_happened_since(self, scene: Scene) -> None:
        asked = scene.request()
        workflow.accept(asked, by=scene.steward)
        with pytest.raises(Refused, match=r"^Stella Steward accepted the request \(10:0\d\)\. Nothing was changed"):
            workflow.withdraw(asked, by=scene.owner, seen=asked.lock_version)
        assert stored(asked).state == "accepted"

    def test_sent_twice(self, scene: Scene) -> None:
        asked = scene.request()
        workflow.reply(asked, by=scene.owner, text="Once.", seen=asked.lock_version)
        with pytest.raises(Refused, match="You have done this already: Olive Owner replied"):
            workflow.reply(asked, by=scene.owner, text="Once.", seen=asked.lock_version)
        assert kinds(asked).count("replied") == 1

    def test_what_no_longer_goes_says_both(self, scene: Scene) -> None:
        asked = scene.request("in_progress")
        workflow.answer(asked, by=scene.steward, text="Done.")
        with pytest.raises(Refused, match=r"answered the request \(10:0\d\)\. This request is already answered\."):
            workflow.withdraw(asked, by=scene.owner, seen=asked.lock_version)

    def test_of_an_earlier_day_with_its_day(self, scene: Scene) -> None:
        asked = scene.request()
        workflow.accept(asked, by=scene.steward)
        with (
            time_machine.travel(MONDAY + timedelta(days=1)),
            pytest.raises(Refused, match=r"\(1 June 2026, 10:0\d\)"),
        ):
            workflow.withdraw(asked, by=scene.owner, seen=asked.lock_version)

    def test_internal_notes_are_never_told(self, scene: Scene) -> None:
        asked = scene.request("accepted")
        workflow.note(asked, by=scene.second, text="secret")
        RequestEvent.objects.filter(internal=True).update(data={"version": 99})
        HelpRequest.objects.filter(pk=asked.pk).update(lock_version=99)
        with pytest.raises(Refused, match=r"^This request has changed since you opened it\."):
            workflow.withdraw(asked, by=scene.owner, seen=asked.lock_version)

    def test_fresh_ones_pass(self, scene: Scene) -> None:
        asked = scene.request()
        assert workflow.accept(asked, by=scene.steward, seen=asked.lock_version).lock_version == asked.lock_version + 1


def test_nobody_is_told_of_their_own_act(scene: Scene) -> None:
    boss = UserFactory(roles=["admin", "steward"])
    asked = workflow.assign(scene.request("submitted"), steward=boss, by=boss)
    assert mails(boss) == [("request.submitted", "queued")]
    assert asked.steward == boss
