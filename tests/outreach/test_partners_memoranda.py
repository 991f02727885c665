"""A memorandum's life: draft, signed, renewed, ended; its tasks, its reviews, what time does to it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from notices.models import Message
from outreach.enums import MemorandumState, TaskState
from outreach.models import JointTask, Memorandum, YearlyReview
from outreach.partners import memoranda, upkeep
from outreach.tasks import keep_partners
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.schedule import PERIODIC
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import docx, pdf
from tests.factories.outreach_rooms.partners import memorandum, task

pytestmark = pytest.mark.django_db
S = MemorandumState
BOTH = {"zh-hans": "因故", "en": "For a reason"}


def url(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


def day(days: int = 0) -> date:
    return local_day() + timedelta(days=days)


def scan(content: bytes | None = None, name: str = "signed.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf("Signed") if content is None else content)


def fields(partner: Any, **other: Any) -> dict[str, Any]:
    return {
        **{f"{name}_{code}": "…" for name in ("title", "district_side", "summary") for code in ("zh_hans", "en")},
        "parties": [partner.pk],
        "areas": ["policy", "talent"],
        "begins_on": day(),
        "ends_on": day(365),
        "public": "on",
        **other,
    }


# --- written and signed -------------------------------------------------------------------------------------------


def test_written_signed_and_public_by_the_pages(as_user: Any) -> None:
    partner, official = make.partner(), make.organiser()
    contact, client = make.contact(partner), as_user(official)
    page = client.post(url("memorandum-new"), fields(partner, title_en="№ 7", scan=scan()), follow=True)
    assert page.status_code == 200
    row = Memorandum.objects.get()
    assert (row.state, row.steward, list(row.parties.all())) == (S.DRAFT, official, [partner])
    assert row.file is not None
    assert not row.file.public
    assert "№ 7" not in client.get(url("detail", partner.slug)).content.decode()
    old = {"sign-on": day(), "seen": 0}
    assert client.post(url("memorandum-act", row.pk, "sign"), old).status_code == 409
    signing = {"sign-on": day(), "seen": row.lock_version}
    assert client.post(url("memorandum-act", row.pk, "sign"), signing).status_code == 302
    assert (
        client.post(url("memorandum-act", row.pk, "sign"), {**signing, "seen": row.lock_version + 1}).status_code == 409
    )
    assert "№ 7" in client.get(url("detail", partner.slug)).content.decode()
    assert Message.objects.filter(recipient=contact.user, subject__contains="№ 7").count() == 1
    assert client.get(url("memorandum-edit", row.pk)).status_code == 302
    assert client.post(url("memorandum-edit", row.pk), fields(partner, seen=row.lock_version + 1)).status_code == 422


def test_two_who_change_the_same_draft(as_user: Any) -> None:
    partner = make.partner()
    row, client = memorandum(partner, state=S.DRAFT), as_user(make.organiser())
    for title, status in (("First", 302), ("Second", 422)):
        assert (
            client.post(url("memorandum-edit", row.pk), fields(partner, title_en=title, seen=0)).status_code == status
        )
    row.refresh_from_db()
    assert (row.title, row.file is not None) == ("First", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title_en": ""},
        {"parties": []},
        {"parties": [99999]},
        {"areas": ["espionage"]},
        {"ends_on": "2020-01-01"},
        {"begins_on": "tomorrow"},
        {"scan": scan(b"no pdf")},
        {"scan": scan(b"")},
        {"scan": scan(docx("text"), "signed.docx")},
        {"scan": scan(b"<script>", "signed.html")},
    ],
    ids=lambda wrong: "-".join(map(str, wrong)),
)
def test_a_draft_written_badly_is_not_kept(as_user: Any, wrong: dict[str, Any]) -> None:
    client = as_user(make.organiser())
    assert client.post(url("memorandum-new"), fields(make.partner(), **wrong)).status_code == 422
    assert not Memorandum.objects.exists()


@pytest.mark.parametrize(
    ("lacks", "word"),
    [
        ({"title_en": ""}, "title (in English)"),
        ({"summary_zh_hans": ""}, "what was agreed (in Chinese)"),
        ({"areas": []}, "an area of cooperation"),
        ({"ends_on": None}, "the days on which"),
        ({"file": False}, "the signed file"),
    ],
    ids=lambda lacks: next(iter(lacks)) if isinstance(lacks, dict) else "",
)
def test_what_is_missing_is_named_before_it_is_signed(as_user: Any, lacks: dict[str, Any], word: str) -> None:
    official = make.organiser()
    row = memorandum(
        make.partner(), state=S.DRAFT, **{"file": True, **lacks} if lacks != {"file": None} else {"file": False}
    )
    assert word in as_user(official).get(url("memorandum", row.pk)).content.decode()
    with pytest.raises(Refused, match="it needs"):
        memoranda.sign(row, by=official, on=day())


def test_nobody_signs_for_nobody_or_tomorrow() -> None:
    official, row = make.organiser(), memorandum(make.partner(), state=S.DRAFT)
    for by, on in ((UserFactory(), day()), (official, day(1)), (official, day(800))):
        with pytest.raises(Refused):
            memoranda.sign(row, by=by, on=on)
    row.parties.clear()
    with pytest.raises(Refused, match="a partner"):
        memoranda.sign(row, by=official, on=day())


# --- renewed and ended --------------------------------------------------------------------------------------------


def test_a_renewal_is_drafted_once_and_takes_over_the_texts(as_user: Any) -> None:
    partner = make.partner()
    row, client = memorandum(partner), as_user(make.organiser())
    pages = [client.post(url("memorandum-act", row.pk, "renew"))["Location"] for _twice in range(2)]
    new = Memorandum.objects.get(renews=row)
    assert set(pages) == {url("memorandum", new.pk)}
    assert (new.state, new.title, new.areas, list(new.parties.all())) == (S.DRAFT, row.title, row.areas, [partner])
    assert (new.begins_on, new.signed_on, new.file) == (
        day(0) if row.ends_on is None else row.ends_on + timedelta(days=1),
        None,
        None,
    )
    client.post(url("memorandum-act", new.pk, "renew"))
    assert Memorandum.objects.count() == 2


def test_it_ends_early_with_a_reason_in_both_languages(as_user: Any) -> None:
    partner = make.partner()
    row, client = memorandum(partner, begins_on=day(-10)), as_user(make.organiser())
    said = {"end-on": day(), "end-zh_hans": "因故", "end-en": "For a reason", "seen": 0}
    badly: tuple[dict[str, Any], ...] = ({"end-en": ""}, {"end-on": "x"}, {"end-zh_hans": " "})
    refused: tuple[dict[str, Any], ...] = ({"seen": 7}, {"end-on": day(1)}, {"end-on": day(-11)})
    for wrong, status in (*((each, 422) for each in badly), *((each, 409) for each in refused)):
        assert client.post(url("memorandum-act", row.pk, "end"), {**said, **wrong}).status_code == status
    assert client.post(url("memorandum-act", row.pk, "end"), said).status_code == 302
    assert client.post(url("memorandum-act", row.pk, "end"), {**said, "seen": 1}).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.ends_on) == (S.ENDED, day())
    assert "For a reason" in client.get(url("detail", partner.slug)).content.decode()
    assert client.post(url("memorandum-act", row.pk, "task"), {}).status_code == 422


@pytest.mark.parametrize("verb", ["explode", "delete", "write"])
def test_other_verbs_are_not_there(as_user: Any, verb: str) -> None:
    row, client = memorandum(make.partner()), as_user(make.organiser())
    assert client.post(url("memorandum-act", row.pk, verb)).status_code == 404
    assert client.get(url("memorandum-act", row.pk, "renew")).status_code == 405


def test_somebody_else_looks_after_it(as_user: Any) -> None:
    row, other, client = memorandum(make.partner()), make.reviewer(), as_user(make.organiser())
    stranger: Any = UserFactory()
    for person, status in ((stranger, 422), (other, 302)):
        said = {"keeper-person": person.pk}
        assert client.post(url("memorandum-act", row.pk, "keeper"), said).status_code == status
    row.refresh_from_db()
    assert row.steward == other


# --- joint tasks and yearly reviews -------------------------------------------------------------------------------


def test_tasks_of_both_sides(as_user: Any) -> None:
    partner = make.partner()
    contact, row, client = make.contact(partner), memorandum(partner), as_user(make.organiser())
    adding = {"task-zh_hans": "宣讲会", "task-en": "Session", "task-due_on": day(9)}
    for wrong in ({"task-en": ""}, {"task-due_on": "x"}):
        assert client.post(url("memorandum-act", row.pk, "task"), {**adding, **wrong}).status_code == 422
    assert client.post(url("memorandum-act", row.pk, "task"), {**adding, "task-due_on": day(-1)}).status_code == 409
    assert client.post(url("memorandum-act", row.pk, "task"), adding).status_code == 302
    joint = JointTask.objects.get()
    for said, state in (
        ({"progress": 100}, TaskState.DONE),
        ({"progress": 40, "note": "Again"}, TaskState.OPEN),
        ({"progress": 40, "drop": "on"}, TaskState.DROPPED),
    ):
        data = {f"t{joint.pk}-{name}": value for name, value in said.items()}
        assert client.post(url("task", joint.pk), data).status_code == 302
        joint.refresh_from_db()
        assert joint.state == state
    assert client.post(url("task", joint.pk), {f"t{joint.pk}-progress": 500}).status_code == 422
    assert Message.objects.filter(recipient=contact.user, kind="partner.task").count() == 4


@pytest.mark.parametrize("state", [S.ENDED, S.DRAFT])
def test_tasks_of_what_does_not_hold(state: str) -> None:
    row = memorandum(partner := make.partner(), state=state)
    joint, contact = task(row), make.contact(partner)
    with pytest.raises(Refused):
        memoranda.move_task(joint, by=make.organiser() if state == S.ENDED else contact.user, progress=10)
    with pytest.raises(Refused, match="two sides"):
        memoranda.move_task(joint, by=UserFactory(), progress=10)


def test_a_yearly_review_in_both_languages(as_user: Any, client: Any) -> None:
    partner = make.partner()
    row, official = memorandum(partner, begins_on=day(-400)), make.organiser()
    said = {"review-year": day().year, "review-zh_hans": "成果", "review-en": "Came of it"}
    for wrong in ({"review-en": ""}, {"review-year": 1999}, {"review-year": "x"}, {"review-zh_hans": " "}):
        page = as_user(official).post(url("memorandum-act", row.pk, "review"), {**said, **wrong})
        assert page.status_code == 422
    for text in ("First", "Second"):
        page = as_user(official).post(url("memorandum-act", row.pk, "review"), {**said, "review-en": text})
        assert page.status_code == 302
    assert YearlyReview.objects.get().text == "Second"
    assert "Second" in client.get(url("detail", partner.slug)).content.decode()
    draft = memorandum(partner, state=S.DRAFT)
    for which, year, texts in ((row, 1999, BOTH), (row, day().year, {"en": "x"}), (draft, day().year, BOTH)):
        with pytest.raises(Refused):
            memoranda.review(which, by=official, year=year, texts=texts)


# --- what time does -----------------------------------------------------------------------------------------------

NOON = "2026-06-15T12:00+08:00"


@pytest.mark.parametrize(("left", "mark"), [(91, None), (90, 90), (60, 90), (31, 90), (30, 30), (1, 30), (0, 0)])
def test_both_sides_are_reminded_of_the_end_once_for_each_mark(left: int, mark: int | None) -> None:
    with time_machine.travel(NOON, tick=False):
        partner, keeper = make.partner(), make.organiser()
        user: Any = make.contact(partner).user
        row = memorandum(partner, steward=keeper, ends_on=day(left))
        assert upkeep.keep() == (0 if mark is None else 2)
        assert upkeep.keep() == 0
        key = f"memorandum:{row.pk}:ends:{row.ends_on}:{mark}"
        found = Message.objects.filter(key__startswith=key).order_by("recipient")
        people = sorted([keeper.pk, user.pk])
        assert [message.recipient_id for message in found] == ([] if mark is None else people)


def test_through_the_last_months_of_a_term() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        partner, keeper = make.partner(), make.organiser()
        row = memorandum(partner, steward=keeper, begins_on=day(), ends_on=day(95))
        told = []
        for passed in range(97):
            told += [passed] * upkeep.keep()
            clock.shift(timedelta(days=1))
        assert told == [5, 65, 95, 96]
        row.refresh_from_db()
        assert row.state == S.ENDED
        assert Message.objects.filter(recipient=keeper).count() == 4


def test_without_anybody_the_service_centre_is_reminded_and_a_renewal_needs_none(admin_user: Any) -> None:
    partner = make.partner()
    row = memorandum(partner, ends_on=day(10))
    assert keep_partners() == 1
    assert Message.objects.get().recipient == admin_user
    other = memorandum(partner, ends_on=day(10))
    memorandum(partner, renews=other)
    ended = memorandum(partner, state=S.ENDED, ends_on=day(10))
    assert upkeep.keep() == 0
    assert {row.state, ended.state} == {S.SIGNED, S.ENDED}


def held(**term: int) -> Callable[[], Memorandum]:
    dates: dict[str, Any] = {f"{name}_on": date(year, 6, 1) for name, year in term.items()}
    known: dict[str, Any] = {"ends_on": None, "signed_on": None, **dates}
    return lambda: memorandum(make.partner(), **known)


@pytest.mark.parametrize(
    ("made", "due"),
    [
        (held(begins=2024), True),
        (held(begins=2025, ends=2027), True),
        (held(begins=2026), False),
        (held(begins=2023, ends=2024), False),
        (lambda: memorandum(make.partner(), begins_on=None, ends_on=None, signed_on=None), False),
        (lambda: memorandum(make.partner(), state=S.DRAFT, begins_on=date(2025, 1, 1), ends_on=None), False),
    ],
)
def test_the_review_of_the_year_that_is_over(admin_user: Any, made: Callable[[], Memorandum], due: bool) -> None:
    with time_machine.travel("2026-01-02T12:00+08:00", tick=False):
        row = made()
        assert upkeep.remind_of_review() == due
        assert upkeep.remind_of_review() == 0
        if due:
            Message.objects.all().delete()
            memoranda.review(row, by=make.organiser(), year=2025, texts=BOTH)
            assert upkeep.remind_of_review() == 0


def test_beat_knows_the_task() -> None:
    assert ("partners", "outreach.tasks.keep_partners") in {(name, path) for name, path, _seconds in PERIODIC}
