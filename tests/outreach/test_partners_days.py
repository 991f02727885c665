"""Memoranda: days at their limits, tasks, and what the two sides are told."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.models import Message
from outreach.enums import MemorandumState, TaskState
from outreach.models import JointTask, Memorandum, PartnerContact
from outreach.partners import memoranda, upkeep
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms.partners import memorandum, task

pytestmark = pytest.mark.django_db
S = MemorandumState
BOTH = {"zh-hans": "因故", "en": "For a reason"}
NOON = "2026-06-15T12:00+08:00"


def url(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


def day(days: int = 0) -> date:
    return local_day() + timedelta(days=days)


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(url(name, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def letters(**which: Any) -> list[str]:
    return sorted(Message.objects.filter(**which).values_list("email", flat=True))


@pytest.mark.parametrize(
    ("on", "ends", "words"),
    [(1, 9, "in the future"), (0, 0, ""), (-5, -5, ""), (0, -1, "end before it was signed"), (-9, -5, "")],
)
def test_the_day_of_signing(on: int, ends: int, words: str) -> None:
    row = memorandum(make.partner(), state=S.DRAFT, begins_on=day(-9), ends_on=day(ends))
    if words:
        with pytest.raises(Refused, match=words):
            memoranda.sign(row, by=make.organiser(), on=day(on))
    else:
        assert memoranda.sign(row, by=make.organiser(), on=day(on)).signed_on == day(on)
    row.refresh_from_db()
    assert row.state == (S.DRAFT if words else S.SIGNED)


@pytest.mark.parametrize(
    ("on", "fine"), [(-6, False), (-5, True), (0, True), (1, False)], ids=["before", "first", "today", "tomorrow"]
)
def test_the_day_of_an_early_end(on: int, fine: bool) -> None:
    row = memorandum(make.partner(), begins_on=day(-5), ends_on=day(5))
    if fine:
        assert memoranda.end_early(row, by=make.organiser(), on=day(on), why=BOTH).ends_on == day(on)
        return
    with pytest.raises(Refused, match="from its beginning up to today"):
        memoranda.end_early(row, by=make.organiser(), on=day(on), why=BOTH)
    assert Memorandum.objects.get(pk=row.pk).ended_why == ""


def test_its_last_day_is_not_put_off_by_ending_it() -> None:
    row = memorandum(make.partner(), begins_on=day(-5), ends_on=day(-2))  # the task that expires it is late
    with pytest.raises(Refused, match="from its beginning up to today"):
        memoranda.end_early(row, by=make.organiser(), on=day(), why=BOTH)


@pytest.mark.parametrize(("ends", "ended"), [(-1, True), (0, False), (None, False)])
def test_it_ends_by_itself_the_day_after_its_last(ends: int | None, ended: bool) -> None:
    keeper = make.organiser()
    row = memorandum(
        make.partner(), steward=keeper, begins_on=day(-9), ends_on=None if ends is None else day(ends), lock_version=4
    )
    assert (memoranda.expire(row), memoranda.expire(row)) == (ended, False)
    row.refresh_from_db()
    assert (row.state, row.lock_version) == ((S.ENDED, 5) if ended else (S.SIGNED, 4))
    assert letters(kind="partner.memorandum") == [keeper.email] * ended


@pytest.mark.parametrize("passed", [1, 89, 400])
def test_a_late_task_ends_what_is_over_without_reminding_of_its_end(passed: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        row = memorandum(make.partner(), steward=make.organiser(), ends_on=day(30))
        clock.shift(timedelta(days=30 + passed))
        assert (upkeep.expire(), upkeep.remind_of_end(), upkeep.expire()) == (1, 0, 0)
        assert [m.subject for m in Message.objects.all()] == [f"{row.title} has ended"]


@pytest.mark.parametrize(("language", "said"), [("en", "ends in 1 day"), ("zh-hans", "§ Title（中）")])
def test_a_reminder_names_it_in_the_language_of_each_side(language: str, said: str) -> None:
    partner = make.partner()
    user: Any = UserFactory(language=language)
    make.contact(partner, user=user)
    keeper = make.organiser(language="en")
    titles: Any = make.both(title="§ Title")
    row = memorandum(partner, steward=keeper, begins_on=day(-9), ends_on=day(1), **titles)
    assert upkeep.remind_of_end() == 2
    letter = Message.objects.get(recipient=user)
    assert said in letter.subject
    assert letter.url.endswith(f"/partner/memoranda/{row.pk}/")
    assert Message.objects.get(recipient=keeper).url.endswith(f"/outreach/memoranda/{row.pk}/")


def test_a_person_who_speaks_for_two_partners_is_told_once() -> None:
    user: Any = UserFactory()
    one, two = make.partner(), make.partner()
    for partner in (one, two):
        make.contact(partner, user=user)
    memorandum(one, two, steward=make.organiser(), begins_on=day(-9), ends_on=day(3))
    assert upkeep.remind_of_end() == 2
    assert Message.objects.filter(recipient=user).count() == 1


@pytest.mark.parametrize("gone", [{"until": "2020-01-01"}, {"user": None}])
def test_former_and_unknown_contacts_are_not_told(gone: dict[str, Any]) -> None:
    contact, keeper = make.contact(make.partner()), make.organiser()
    PartnerContact.objects.filter(pk=contact.pk).update(**gone)
    row = memorandum(contact.partner, state=S.DRAFT, steward=keeper)
    memoranda.sign(row, by=keeper, on=day())
    assert letters() == [keeper.email]


@pytest.mark.parametrize("lost", [{"roles": []}, {"roles": ["translator"]}])
def test_who_no_longer_reads_at_the_desk_is_not_written_to(admin_user: Any, lost: dict[str, Any]) -> None:
    keeper = make.organiser()
    row = memorandum(make.partner(), steward=keeper)
    type(keeper).objects.filter(pk=keeper.pk).update(**lost)
    row = Memorandum.objects.select_related("steward").get(pk=row.pk)
    memoranda.end_early(row, by=make.organiser(), on=day(), why=BOTH)
    assert letters() == [admin_user.email if not lost["roles"] else keeper.email]


@pytest.mark.parametrize(("due", "fine"), [(-1, False), (0, True), (None, True)])
def test_the_day_by_which_a_task_is_due(due: int | None, fine: bool) -> None:
    row, titles = memorandum(make.partner()), {"zh-hans": "任务", "en": "Task"}
    when = None if due is None else day(due)
    if fine:
        joint = memoranda.add_task(row, by=make.organiser(), titles=titles, due_on=when)
        assert (joint.due_on, joint.state, joint.progress) == (when, TaskState.OPEN, 0)
    else:
        with pytest.raises(Refused, match="This day is over already"):
            memoranda.add_task(row, by=make.organiser(), titles=titles, due_on=when)
        assert not JointTask.objects.exists()


def test_of_a_draft_nobody_is_told_a_task() -> None:
    partner = make.partner()
    contact = make.contact(partner)
    for state in (S.DRAFT, S.SIGNED):
        row = memorandum(partner, state=state)
        memoranda.add_task(row, by=make.organiser(), titles={"zh-hans": "任务", "en": "Task"}, due_on=None)
        assert letters(kind="partner.task") == [contact.email] * (state == S.SIGNED)


@pytest.mark.parametrize(
    ("due", "fields", "late"),
    [
        (-1, {}, True),
        (0, {}, False),
        (-1, {"state": "done", "progress": 100}, False),
        (-1, {"state": "dropped"}, False),
    ],
)
def test_a_task_is_late_from_the_day_after(as_user: Any, due: int, fields: dict[str, Any], late: bool) -> None:
    row = memorandum(make.partner())
    task(row, due_on=day(due), **fields)
    assert ("· late" in text(as_user(make.organiser()), "memorandum", row.pk)) is late


@pytest.mark.parametrize("progress", [-1, 101])
def test_progress_out_of_its_range_is_refused(progress: int) -> None:
    joint = task(memorandum(make.partner()))
    with pytest.raises(Refused, match="0 to 100"):
        memoranda.move_task(joint, by=make.organiser(), progress=progress)


def test_a_note_is_kept_in_the_language_it_was_written_in() -> None:
    joint, by = task(memorandum(make.partner())), make.organiser()
    with translation.override("zh-hans"):
        memoranda.move_task(joint, by=by, progress=10, note="已开始")
    row = JointTask.objects.get()
    assert (row.note_zh_hans, row.note_en) == ("已开始", "")  # type: ignore[attr-defined]
    memoranda.move_task(joint, by=by, progress=20, note="Begun")
    row = JointTask.objects.get()
    assert (row.note_zh_hans, row.note_en) == ("", "Begun")  # type: ignore[attr-defined]


def test_only_the_district_drops_a_task() -> None:
    joint = task(memorandum(partner := make.partner()))
    contact = make.contact(partner)
    with pytest.raises(Refused, match="Only the policy officials"):
        memoranda.move_task(joint, by=contact.user, progress=5, drop=True)
    memoranda.move_task(joint, by=make.organiser(), progress=5, drop=True)
    joint.refresh_from_db()
    assert (joint.state, joint.progress) == (TaskState.DROPPED, 5)
    memoranda.move_task(joint, by=contact.user, progress=6)  # taken up again
    joint.refresh_from_db()
    assert joint.state == TaskState.OPEN


@pytest.mark.parametrize(("begins", "year", "fine"), [(2024, 2023, False), (2024, 2024, True), (2024, 2026, True)])
def test_the_years_that_can_be_reviewed(begins: int, year: int, fine: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        row = memorandum(make.partner(), begins_on=date(begins, 12, 31), ends_on=date(2028, 1, 1))
        assert memoranda.years_of(row) == (begins, 2026)
        for tried, allowed in ((year, fine), (2027, False)):
            if allowed:
                assert memoranda.review(row, by=make.organiser(), year=tried, texts=BOTH).year == tried
            else:
                with pytest.raises(Refused, match="did not hold in this year"):
                    memoranda.review(row, by=make.organiser(), year=tried, texts=BOTH)


def test_the_review_page_offers_those_years_only_and_says_who_waits(as_user: Any) -> None:
    client = as_user(make.organiser())
    with time_machine.travel(NOON, tick=False):
        row = memorandum(make.partner(), state=S.ENDED, begins_on=date(2024, 5, 1), ends_on=date(2025, 5, 1))
        page = text(client, "memorandum", row.pk)
    assert [year for year in range(2020, 2030) if f'<option value="{year}"' in page] == [2024, 2025]
    for words in ("No review so far.", "nobody: the service centre is reminded", "No joint tasks yet."):
        assert words in page


@pytest.mark.parametrize("role", ["leader", "auditor", "translator"])
def test_who_only_reads_finds_no_form(as_user: Any, role: str) -> None:
    row = memorandum(partner := make.partner())
    task(row)
    client = as_user(UserFactory(roles=[role]))
    for name, pk in (("memorandum", row.pk), ("partner", partner.pk)):
        main = text(client, name, pk).split("<main", 1)[1].split("</main", 1)[0]
        assert "<form" not in main
        assert "/edit/" not in main
    assert client.get(url("file", row.pk)).status_code == 200


@pytest.mark.parametrize("who", ["contact", "leader"])
def test_where_there_is_no_file_none_is_given(as_user: Any, who: str) -> None:
    partner = make.partner()
    row = memorandum(partner, file=False)
    client = as_user(make.contact(partner).user if who == "contact" else UserFactory(roles=["leader"]))
    for args in ([row.pk], [row.pk, 1], [987654]):
        assert client.get(url("old-file" if len(args) == 2 else "file", *args)).status_code == 404
    page = text(client, "own-memorandum" if who == "contact" else "memorandum", row.pk)
    assert url("file", row.pk) not in page
