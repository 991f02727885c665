"""Answering, closing and declining several requests at once, and a note taken back."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.home import audit
from stewards import timeline, workflow
from stewards.deskwork import bulk, callers, canned
from stewards.models import BulkAct, CannedAnswer, HelpRequest, RequestEvent
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import accepted
from tests.stewards.scene import mails
from tests.stewards.test_bulk import PAGE, now, picks, run, text

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]


def asked(steward: Any, **fields: Any) -> HelpRequest:
    member = MembershipFactory(enterprise=EnterpriseFactory(name_en="Lamp Ltd", name_zh_hans="灯笼公司"))
    return accepted(steward, asker=member.user, enterprise=member.enterprise, **fields)


def template(**words: str) -> CannedAnswer:
    said = {
        "title_zh_hans": "申请",
        "title_en": "Apply",
        "text_zh_hans": "{enterprise}您好",
        "text_en": "Dear {enterprise}",
    }
    return canned.keep(None, by=StewardFactory(), words={**said, **words})


class TestAnswering:
    def test_each_in_its_language_with_its_own_words(self) -> None:
        me = StewardFactory()
        english, chinese = asked(me, language="en"), asked(me, language="zh-hans")
        done = run(me, "answer", [english, chinese], canned=template())
        assert not [item.refusal for item in done.items.all() if item.refusal]
        told = [timeline.entries(each)[-1].text for each in (english, chinese)]
        assert told == ["Dear Lamp Ltd", "灯笼公司您好"]
        assert (now(english).state, now(english).answered_at is not None) == ("answered", True)
        assert mails(english.asker)[-1] == ("request.answered", "queued")

    def test_what_stays_open_is_refused_by_number_and_the_rest_goes(self) -> None:
        me = StewardFactory()
        whole, bare, foreign, late = asked(me), accepted(me, enterprise=None), asked(StewardFactory()), asked(me)
        workflow.answer(late, by=me, text="Before.")
        done = run(
            me,
            "answer",
            [whole, bare, foreign, late],
            canned=template(text_en="{enterprise}", text_zh_hans="{enterprise}"),
        )
        why = {item.request_id: item.refusal for item in done.items.all()}
        assert why[whole.pk] == ""
        assert "Nothing stands for {enterprise} in this request" in why[bare.pk]
        assert why[late.pk]
        assert why[foreign.pk]
        assert now(bare).state == "accepted"

    def test_it_stays_and_the_page_says_so_before(self, as_user: AsUser) -> None:
        me = StewardFactory()
        one, bare = asked(me, language="en"), accepted(me, enterprise=None, language="en", subject="Bare")
        client, answer, key = as_user(me), template(), uuid.uuid4()
        data = {"act": "answer", "pick": picks(one, bare), "key": key}
        page = text(client.post(PAGE, data))
        assert "this cannot be taken back" in page
        assert "Show the texts" in page
        assert "Send the answer" not in page
        page = text(client.post(PAGE, {**data, "said": "yes", "canned": answer.pk}))
        assert "Dear Lamp Ltd" in page
        assert "Nothing stands for {enterprise}" in page
        assert "Send the answer to 1 request<" in page
        assert not BulkAct.objects.exists()
        other = template(title_en="Other")
        page = text(client.post(PAGE, {**data, "said": "yes", "canned": other.pk, "sure": answer.pk}))
        assert "Send the answer to 1 request<" in page, "chosen anew, read through anew"
        sure = {**data, "said": "yes", "canned": answer.pk, "sure": answer.pk}
        page = text(client.post(PAGE, sure, follow=True))
        assert "told at once: this stays" in page
        assert "Take all of them back" not in page
        client.post(PAGE, sure)
        done = BulkAct.objects.get()
        assert now(one).events.filter(kind="answered").count() == 1
        [refusal] = bulk.undo(done, by=me)
        assert "told at once" in refusal
        assert now(one).state == "answered"

    @pytest.mark.parametrize("change", [{"active": False}, {"use": "question"}], ids=["not in use", "a question"])
    def test_with_answers_in_use_alone(self, change: dict[str, Any], as_user: AsUser) -> None:
        me, answer = StewardFactory(), template()
        CannedAnswer.objects.filter(pk=answer.pk).update(**change)
        data = {"act": "answer", "pick": picks(asked(me)), "key": uuid.uuid4(), "said": "yes"}
        page = text(as_user(me).post(PAGE, {**data, "canned": answer.pk, "sure": answer.pk}))
        assert "needs your attention" in page
        assert not BulkAct.objects.exists()

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_the_preview_costs_the_same(self, count: int, as_user: AsUser, django_assert_max_num_queries: Any) -> None:
        me, answer = StewardFactory(), template()
        requests = [asked(me) for _each in range(count)]
        client = as_user(me)
        data = {"act": "answer", "pick": picks(*requests), "key": uuid.uuid4(), "said": "yes", "canned": answer.pk}
        with django_assert_max_num_queries(8):
            client.post(PAGE, data)


def test_who_has_no_account_is_to_be_called(as_user: AsUser) -> None:
    me = StewardFactory()
    facts = {"asker": callers.no_account(), "recorded_by": me, "enterprise": None, "caller": "Mr Fictional"}
    requests = [accepted(me, **facts), asked(me)]
    done = run(me, "answer", requests, canned=template(text_en="Yes.", text_zh_hans="是。"))
    page = text(as_user(me).get(f"{PAGE}{done.pk}/"))
    assert page.count("No message of the portal reaches them: please call.") == 1


class TestClosing:
    def test_and_back_within_ten_minutes(self, as_user: AsUser) -> None:
        me = StewardFactory()
        requests = [asked(me), asked(me)]
        requests = [workflow.answer(each, by=me, text="Yes.") for each in requests]
        client = as_user(me)
        data = {"act": "close", "pick": picks(*requests), "key": uuid.uuid4()}
        assert "can be taken back within ten minutes" in text(client.post(PAGE, data))
        client.post(PAGE, {**data, "said": "yes"})
        assert {now(each).state for each in requests} == {"closed"}
        done = BulkAct.objects.get()
        workflow.reopen(now(requests[1]), by=requests[1].asker, reason="Not settled.")
        [refusal] = bulk.undo(done, by=me)
        assert refusal.startswith(f"{requests[1].number}: ")
        first = now(requests[0])
        assert (first.state, first.closed_at, first.answered_at) == ("answered", None, requests[0].answered_at)
        assert mails(first.asker)[-1][0] == "request.undone"

    def test_too_late(self) -> None:
        me = StewardFactory()
        one = workflow.answer(asked(me), by=me, text="Yes.")
        done = run(me, "close", [one])
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "within ten minutes" in bulk.undo(done, by=me)[0]
        assert now(one).state == "closed"

    def test_by_its_steward_and_the_centre(self) -> None:
        me, handler = StewardFactory(), HandlerFactory()
        one = workflow.answer(asked(me), by=me, text="Yes.")
        HelpRequest.objects.filter(pk=one.pk).update(handler=handler)
        assert run(handler, "close", [one]).items.get().refusal
        assert not run(UserFactory(roles=["admin"]), "close", [now(one)]).items.get().refusal


class TestDeclining:
    def test_on_a_ground_with_where_to_go(self, as_user: AsUser) -> None:
        me = StewardFactory()
        requests = [asked(me), asked(me)]
        client, key = as_user(me), uuid.uuid4()
        data = {"act": "decline", "pick": picks(*requests), "key": key, "said": "yes", "ground": "court"}
        assert "needs your attention" in text(client.post(PAGE, {**data, "where_instead": " "}))
        page = text(client.post(PAGE, {**data, "where_instead": "The court."}, follow=True))
        assert "told at once: this stays" in page
        assert {(now(each).state, now(each).ground) for each in requests} == {("not_accepted", "court")}
        assert "told at once" in bulk.undo(BulkAct.objects.get(), by=me)[0]

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"ground": "other_legal", "where_instead": "There."}, "Name the law"),
            ({"ground": "duplicate", "where_instead": "See the other."}, "number of the other request"),
            ({"ground": "mood", "where_instead": "There."}, "Choose the ground"),
        ],
    )
    def test_each_is_judged_by_itself(self, facts: dict[str, str], why: str) -> None:
        me = StewardFactory()
        one = asked(me)
        assert why in run(me, "decline", [one], **facts).items.get().refusal
        assert now(one).state == "accepted"


class TestANoteTakenBack:
    def test_is_in_the_audit_trail_alone(self, as_user: AsUser) -> None:
        me, watcher = StewardFactory(), StewardFactory()
        one, two = asked(me), asked(me)
        one.watches.create(person=watcher)
        workflow.note(one, by=me, text="To the archive.")
        done = run(me, "note", [one, two], text="To the achrive.")
        assert mails(watcher)[-1][1] == "held"
        before = len(mails(watcher))
        client = as_user(me)
        assert "Take all of them back" in text(client.get(f"{PAGE}{done.pk}/"))
        client.post(f"{PAGE}{done.pk}/undo/", {"item": done.items.get(request=one).pk})
        assert [entry.text for entry in timeline.entries(one, internal=True)] == ["To the archive."]
        assert "achrive" not in text(client.get(f"/en/desk/{one.number}/"))
        assert "achrive" in text(client.get(f"/en/desk/{two.number}/"))
        assert len(mails(watcher)) == before - 1, "what waits for the digest is not said either"
        [entry] = audit.trail("notes").entries
        assert (entry.act, entry.name, entry.who) == ("taken back", "To the achrive.", me)
        assert bulk.undo(done, by=me) == []
        assert not RequestEvent.objects.filter(text="To the achrive.").exists()
        assert one.lock_version == now(one).lock_version

    def test_not_too_late_and_not_twice(self) -> None:
        me = StewardFactory()
        one = asked(me)
        done = run(me, "note", [one], text="Late.")
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "within ten minutes" in bulk.undo(done, by=me)[0]
        assert bulk.can_undo(done, done.items.get())
        RequestEvent.objects.all().delete()
        assert "not there any more" in bulk.undo(done, by=me)[0]
