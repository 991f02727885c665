"""The monthly report: composed once, written in both languages, approved by another, never changed once published."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from insights.models import Report, ReportState
from insights.reports import composing, workflow
from insights.reports.rules import may_approve, may_write
from insights.tasks import compose_report
from notices.models import Message
from portal.core import calendar
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.insights import report

pytestmark = pytest.mark.django_db
S = ReportState
Sign = Callable[[Any], Client]
WORDS = {"words_zh_hans": "概况", "words_en": "In short"}
VERBS = ("write", "renew", "hand_in", "send_back", "publish", "correct")


@pytest.fixture
def writer() -> Any:
    return UserFactory(roles=["editor"], name_en="Wendy Writer")


@pytest.fixture
def approver() -> Any:
    return UserFactory(roles=["reviewer"], name_en="Rita Reviewer")


def do(verb: str, row: Report, by: Any) -> Report:
    more: dict[str, Any] = {"write": {"texts": WORDS}, "send_back": {"reason": "too long"}}.get(verb, {})
    return getattr(workflow, verb)(row, by=by, **more)  # type: ignore[no-any-return]


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(calendar, "local_day", lambda: day)


# --- composed by itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "made"),
    [
        (date(2026, 11, 1), 0),  # a Sunday
        (date(2026, 11, 2), 1),
        (date(2026, 11, 20), 1),  # late is not never
        (date(2026, 10, 1), 0),  # the national holiday
        (date(2026, 10, 7), 0),
        (date(2026, 10, 8), 1),
    ],
)
def test_from_the_first_working_day_on(monkeypatch: pytest.MonkeyPatch, day: date, made: int) -> None:
    on(monkeypatch, day)
    assert compose_report() == made
    assert Report.objects.count() == made


def test_once_for_a_month_however_often_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2026, 11, 3))
    assert [composing.compose_due() for _turn in range(3)] == [1, 0, 0]
    row = Report.objects.get()
    assert (row.month, row.edition, row.state) == (date(2026, 10, 1), 1, S.DRAFT)
    assert row.facts["first"] == row.facts["last"] == "2026-10"


def test_over_the_turn_of_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2027, 1, 8))
    composing.compose_due()
    assert Report.objects.get().month == date(2026, 12, 1)


def test_the_service_centre_is_told_in_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(roles=["admin"], language="zh-hans", email="zh@example.org")
    UserFactory(roles=["admin"], language="en", email="en@example.org")
    UserFactory(roles=["steward"])
    on(monkeypatch, date(2026, 11, 3))
    composing.compose_due()
    told = dict(Message.objects.filter(kind="report").values_list("email", "subject"))
    assert told["en@example.org"] == "The report on October 2026 is composed"
    assert "2026年10月" in told["zh@example.org"]
    assert len(told) == 2


# --- each verb in each state --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", S.values)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_in_each_state(verb: str, state: str) -> None:
    row = report(state=state)
    by = UserFactory(roles=["admin"])
    before = Report.objects.filter(pk=row.pk).values().get()
    if state in workflow.TRANSITIONS[verb]:
        do(verb, row, by)
        return
    with pytest.raises(Refused, match="that can't be done"):
        do(verb, row, by)
    assert Report.objects.filter(pk=row.pk).values().get() == before
    assert Report.objects.count() == 1


@pytest.mark.parametrize("role", ["", "steward", "handler", "translator", "leader", "auditor", "reviewer"])
@pytest.mark.parametrize("verb", ["write", "renew", "hand_in", "correct"])
def test_others_do_not_write(verb: str, role: str) -> None:
    row = report(state="published" if verb == "correct" else "draft")
    with pytest.raises(Refused, match="Only the service centre and the editors"):
        do(verb, row, UserFactory(roles=[role] if role else []))
    assert Report.objects.get().lock_version == 0


@pytest.mark.parametrize("role", ["", "steward", "handler", "translator", "leader", "auditor", "editor"])
@pytest.mark.parametrize("verb", ["send_back", "publish"])
def test_others_do_not_approve(verb: str, role: str) -> None:
    row = report(state="waiting")
    with pytest.raises(Refused, match="Only a reviewer or the service centre"):
        do(verb, row, UserFactory(roles=[role] if role else []))
    assert Report.objects.get().state == S.WAITING


@pytest.mark.parametrize("verb", ["send_back", "publish"])
def test_nobody_approves_their_own(verb: str) -> None:
    admin = UserFactory(roles=["admin"])
    row = report(state="waiting", written_by=admin)
    with pytest.raises(Refused, match="somebody else has to approve it"):
        do(verb, row, admin)


def test_the_database_refuses_that_too() -> None:
    admin = UserFactory(roles=["admin"])
    row = report(state="waiting", written_by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=row.pk).update(published_by=admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=row.pk).update(state=S.PUBLISHED)
    with pytest.raises(IntegrityError), transaction.atomic():
        report(state="draft", edition=2)


# --- writing ------------------------------------------------------------------------------------------------------


def test_words_are_kept_and_audited(writer: Any) -> None:
    row = workflow.write(report(state="draft"), by=writer, texts={"words_en": "  In short \n", "facts": "{}"}, seen=0)
    row.refresh_from_db()
    assert (row.words_en, row.written_by, row.lock_version) == ("In short", writer, 1)
    assert row.facts["first"] == "2026-10"
    trail = apps.get_model("insights", "ReportEvent").objects.filter(pgh_obj_id=row.pk).order_by("pk")
    assert [event.words_en for event in trail] == ["What the month brought.", "In short"]


def test_two_writers_do_not_overwrite_each_other(writer: Any) -> None:
    row = report(state="draft")
    workflow.write(row, by=writer, texts={"words_en": "First"}, seen=0)
    with pytest.raises(Refused, match="Somebody else changed this report"):
        workflow.write(row, by=UserFactory(roles=["admin"]), texts={"words_en": "Second"}, seen=0)
    row.refresh_from_db()
    assert row.words_en == "First"


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"words_zh_hans": "", "words_en": ""}, "Write an introduction first"),
        ({"words_zh_hans": "", "words_en": "Only English"}, "in both languages"),
        ({"remarks_zh_hans": "只有中文"}, "in both languages"),
        ({"remarks_en": "Only English"}, "in both languages"),
    ],
)
def test_what_is_handed_in_stands_in_both_languages(writer: Any, texts: dict[str, str], words: str) -> None:
    row = workflow.write(report(state="draft"), by=writer, texts=texts)
    with pytest.raises(Refused, match=words):
        workflow.hand_in(row, by=writer)
    row.refresh_from_db()
    assert row.state == S.DRAFT


def test_the_figures_of_now_are_taken_while_it_is_written(writer: Any) -> None:
    row = report(state="draft")
    Report.objects.filter(pk=row.pk).update(facts={"old": 1})
    workflow.renew(row, by=writer)
    row.refresh_from_db()
    assert row.facts["counts"]["received"] == 0
    assert "old" not in row.facts


def test_sent_back_its_writer_is_told_why(writer: Any, approver: Any) -> None:
    row = workflow.hand_in(report(state="draft"), by=writer)
    with pytest.raises(Refused, match="Say why"):
        workflow.send_back(row, by=approver, reason="  ")
    workflow.send_back(row, by=approver, reason="Remarks are missing")
    row.refresh_from_db()
    assert (row.state, row.returned_why) == (S.DRAFT, "Remarks are missing")
    assert Message.objects.get(recipient=writer).body == "Remarks are missing"
    workflow.hand_in(row, by=writer)
    row.refresh_from_db()
    assert row.returned_why == ""


# --- published ----------------------------------------------------------------------------------------------------


def test_published_once_with_who_and_when(writer: Any, approver: Any) -> None:
    row = workflow.hand_in(report(state="draft"), by=writer)
    workflow.publish(row, by=approver)
    row.refresh_from_db()
    assert (row.state, row.published_by, row.written_by) == (S.PUBLISHED, approver, writer)
    with pytest.raises(Refused, match="“Published” now"):
        workflow.publish(row, by=UserFactory(roles=["admin"]))
    assert "is published" in Message.objects.get(recipient=writer).subject


def test_a_correction_is_a_new_edition_and_the_old_one_stays(writer: Any, approver: Any) -> None:
    old = report()
    before = Report.objects.filter(pk=old.pk).values().get()
    row = workflow.correct(old, by=writer)
    assert (row.edition, row.state, row.words_en) == (2, S.DRAFT, old.words_en)
    with pytest.raises(Refused, match="Say what this edition corrects"):
        workflow.hand_in(row, by=writer)
    with pytest.raises(Refused, match="being written already"):
        workflow.correct(old, by=approver if may_write(approver) else UserFactory(roles=["admin"]))
    workflow.write(row, by=writer, texts={"changes_zh_hans": "更正一处", "changes_en": "One figure"})
    workflow.publish(workflow.hand_in(row, by=writer), by=approver)
    assert Report.objects.filter(pk=old.pk).values().get() == before
    assert workflow.correct(old, by=writer).edition == 3


@pytest.mark.parametrize(("role", "may"), [("admin", True), ("reviewer", True), ("editor", False), ("leader", False)])
def test_who_may_approve(role: str, may: bool) -> None:
    assert bool(may_approve(UserFactory(roles=[role]), report(state="waiting"))) is may


# --- pages of the public ------------------------------------------------------------------------------------------


def public(name: str = "report", *args: Any, **query: Any) -> str:
    tail = "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
    return reverse(f"insights:{name}", args=args or [2026, 10]) + tail


@pytest.mark.parametrize("state", ["draft", "waiting"])
def test_what_is_not_published_is_nowhere_public(client: Client, state: str) -> None:
    report(state=state)
    assert client.get(public()).status_code == 404
    assert client.get(public("report-file", 2026, 10, "json")).status_code == 404
    assert b"October 2026" not in client.get(reverse("insights:reports")).content
    assert b"October 2026" not in client.get(reverse("insights:performance")).content


@pytest.mark.parametrize(("language", "words"), [("en", "What the month brought."), ("zh-hans", "本月办理情况如下。")])
def test_anybody_reads_it_in_their_language(client: Client, language: str, words: str) -> None:
    report()
    page = client.get(f"/{language}/performance/reports/2026/10/").content.decode()
    assert words in page
    assert "2026年10月" in page if language == "zh-hans" else "October 2026" in page


def test_a_later_edition_takes_its_place_and_the_earlier_stays_readable(client: Client) -> None:
    report()
    report(edition=2, words_en="Corrected words.", changes_en="One figure.", changes_zh_hans="一处。")
    page = client.get(public()).content.decode()
    assert "Corrected words." in page
    assert "One figure." in page
    old = client.get(public(edition=1)).content.decode()
    assert "What the month brought." in old
    assert "A later edition corrects this one." in old
    assert client.get(reverse("insights:reports")).content.decode().count("October 2026") == 1


@pytest.mark.parametrize("edition", ["9", "x", "-1", "01", "1 OR 1"])
def test_an_edition_that_is_not_there(client: Client, edition: str) -> None:
    report()
    assert client.get(public(edition=edition)).status_code == 404


@pytest.mark.parametrize("month", [(2026, 13), (2026, 0), (1, 1), (99999, 1), (2026, 9)])
def test_a_month_that_is_not_there(client: Client, month: tuple[int, int]) -> None:
    report()
    assert client.get(public("report", *month)).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_its_files_hold_its_own_figures(client: Client, kind: str) -> None:
    row = report()
    Report.objects.filter(pk=row.pk).update(facts={**row.facts, "counts": {**row.facts["counts"], "received": 4321}})
    response = client.get(public("report-file", 2026, 10, kind))
    assert response.headers["Content-Disposition"] == f'attachment; filename="report-2026-10-1.{kind}"'
    if kind == "json":
        assert json.loads(response.content)["counts"]["received"] == 4321
    if kind == "csv":
        assert "Requests received,4321" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_archives_queries_do_not_grow(client: Client, django_assert_num_queries: Any, count: int) -> None:
    for n in range(count):
        report(date(2024 + n // 12, n % 12 + 1, 1))
    with django_assert_num_queries(1):
        page = client.get(reverse("insights:reports"))
    assert page.content.decode().count("/performance/reports/20") == count


# --- the desk -----------------------------------------------------------------------------------------------------


def desk(row: Report, verb: str = "") -> str:
    return (
        reverse("insights:report-act", args=[row.pk, verb]) if verb else reverse("insights:report-desk", args=[row.pk])
    )


def test_from_the_desk_to_the_public(as_user: Sign, writer: Any, approver: Any, client: Client) -> None:
    row = report(state="draft", words_en="", words_zh_hans="", written_by=writer)
    writing, approving = as_user(writer), as_user(approver)
    assert writing.post(desk(row), {**WORDS, "seen": 0}).status_code == 302
    assert writing.post(desk(row, "hand_in")).status_code == 302
    assert b"somebody else has to approve" not in approving.get(desk(row)).content
    assert approving.post(desk(row, "publish")).status_code == 302
    assert b"In short" in client.get(public()).content


def test_what_was_typed_stays_when_somebody_else_was_quicker(as_user: Sign, writer: Any) -> None:
    row = report(state="draft")
    workflow.write(row, by=UserFactory(roles=["admin"]), texts={"words_en": "Quicker"})
    page = as_user(writer).post(desk(row), {"words_en": "My own words", "words_zh_hans": "", "seen": 0})
    assert page.status_code == 422
    assert b"My own words" in page.content
    assert b"Somebody else changed this report" in page.content


def test_a_refused_act_says_why(as_user: Sign, writer: Any) -> None:
    row = report(state="draft", words_en="", words_zh_hans="")
    page = as_user(writer).post(desk(row, "hand_in"), follow=True).content.decode()
    assert "Write an introduction first." in page
    assert as_user(writer).post(desk(row, "explode")).status_code == 404


def test_sending_back_asks_for_a_reason_next_to_the_field(as_user: Sign, approver: Any) -> None:
    row = report(state="waiting")
    page = as_user(approver).post(desk(row, "send_back"), {"reason": ""})
    assert page.status_code == 422
    assert b"This field is required" in page.content
    assert as_user(approver).post(desk(row, "send_back"), {"reason": "Why so few?"}).status_code == 302
    row.refresh_from_db()
    assert row.returned_why == "Why so few?"


def test_the_writer_sees_that_somebody_else_approves(as_user: Sign) -> None:
    admin = UserFactory(roles=["admin"])
    page = as_user(admin).get(desk(report(state="waiting", written_by=admin))).content.decode()
    assert "somebody else has to approve it" in page
    assert "Approve and publish" not in page


@pytest.mark.parametrize("role", ["leader", "auditor", "reviewer"])
def test_readers_read_and_do_not_write(as_user: Sign, role: str) -> None:
    row = report(state="draft")
    client = as_user(UserFactory(roles=[role]))
    page = client.get(desk(row))
    assert page.status_code == 200
    assert b"<textarea" not in page.content
    assert client.post(desk(row), WORDS).status_code == 404


def test_too_long_a_text_is_refused_and_kept(as_user: Sign, writer: Any) -> None:
    row = report(state="draft")
    page = as_user(writer).post(desk(row), {"words_en": "x" * 5_001, "words_zh_hans": "短", "seen": 0})
    assert page.status_code == 422
    assert b"x" * 5_001 in page.content


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_desks_queries_do_not_grow(
    as_user: Sign, admin_user: Any, django_assert_num_queries: Any, count: int
) -> None:
    for n in range(count):
        report(date(2024 + n // 12, n % 12 + 1, 1))
    client = as_user(admin_user)
    with django_assert_num_queries(3):
        client.get(reverse("insights:report-desks"))
