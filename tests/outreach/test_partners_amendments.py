"""A signed memorandum is put right by an amendment: who may, what is refused, what stays readable."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from notices.models import Message
from outreach.enums import MemorandumState
from outreach.models import Amendment, Memorandum
from outreach.partners import memoranda
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import docx, pdf
from tests.factories.outreach_rooms.partners import amended, memorandum

pytestmark = pytest.mark.django_db
S = MemorandumState
WHY = {"zh-hans": "笔误", "en": "A slip of the pen"}
SCRIPT = "<script>alert(1)</script>"


def day(days: int = 0) -> date:
    return local_day() + timedelta(days=days)


def url(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


def facts(row: Memorandum, **other: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in memoranda.FACTS} | other


def form(row: Memorandum, **other: Any) -> dict[str, Any]:
    said = {name: value or "" for name, value in facts(row, public="on").items()}
    return said | {"why_zh_hans": "笔误", "why_en": "A slip of the pen", "seen": row.lock_version} | other


def test_amended_by_the_page_and_the_old_version_stays(as_user: Any, client: Any) -> None:
    partner, staff = make.partner(), as_user(make.organiser())
    contact, row = make.contact(partner), memorandum(partner, summary_en="The old words")
    first = row.file_id
    scan = SimpleUploadedFile("second.pdf", pdf("Second"))
    sent = form(row, summary_en=SCRIPT, ends_on=day(30), why_en="Two slips", scan=scan)
    assert staff.post(url("memorandum-amend", row.pk), sent).status_code == 302
    again = SimpleUploadedFile("second.pdf", pdf("Second"))
    assert staff.post(url("memorandum-amend", row.pk), {**sent, "scan": again}).status_code == 422  # a second click
    row.refresh_from_db()
    kept = row.amendments.get()
    assert (row.state, row.summary_en, row.ends_on, row.file_id == first) == (S.SIGNED, SCRIPT, day(30), False)  # type: ignore[attr-defined]
    assert (kept.number, kept.before["summary_en"], kept.file_id) == (1, "The old words", first)
    assert list(row.parties.all()) == [partner]
    assert Message.objects.filter(recipient=contact.user, body__contains="Two slips").count() == 1
    for reader, name in ((staff, "memorandum"), (as_user(contact.user), "own-memorandum")):
        page = reader.get(url(name, row.pk)).content.decode()
        assert "The old words" in page
        assert SCRIPT not in page
        assert reader.get(url("old-file", row.pk, 1)).status_code == 200
    public = client.get(url("detail", partner.slug)).content.decode()
    assert "Two slips" in public
    assert "The old words" not in public


@pytest.mark.parametrize("state", [S.DRAFT, S.ENDED])
def test_only_what_holds(as_user: Any, state: str) -> None:
    row = memorandum(make.partner(), state=state)
    with pytest.raises(Refused, match="that holds"):
        memoranda.amend(row, by=make.organiser(), facts=facts(row, number="7"), why=WHY)
    assert as_user(make.organiser()).get(url("memorandum-amend", row.pk)).status_code == 302
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why", "word"),
    [
        ({}, WHY, "Nothing is different"),
        ({"number": "7"}, {**WHY, "zh-hans": " "}, "both languages"),
        ({"title_en": ""}, WHY, "title"),
        ({"areas": []}, WHY, "area"),
        ({"ends_on": None}, WHY, "begins and ends"),
        ({"begins_on": date(2020, 1, 1), "ends_on": date(2020, 2, 1)}, WHY, "end it early"),
    ],
)
def test_what_would_leave_it_incomplete_is_refused(changed: dict[str, Any], why: dict[str, str], word: str) -> None:
    row = memorandum(make.partner())
    with pytest.raises(Refused, match=word):
        memoranda.amend(row, by=make.organiser(), facts=facts(row, **changed), why=why)
    fresh = Memorandum.objects.get(pk=row.pk)
    assert facts(fresh) == facts(row)
    assert not Amendment.objects.exists()


def test_by_organisers_on_what_they_have_read_with_a_pdf_file(as_user: Any) -> None:
    row = memorandum(make.partner())
    new = facts(row, number="7")
    for user in (UserFactory(), make.contact(row.parties.get()).user):
        with pytest.raises(Refused):
            memoranda.amend(row, by=user, facts=new, why=WHY)
    with pytest.raises(Refused, match="meantime"):
        memoranda.amend(row, by=make.organiser(), facts=new, why=WHY, seen=row.lock_version - 1)
    with pytest.raises(Refused, match="PDF"):
        memoranda.amend(row, by=make.organiser(), facts=new, why=WHY, file=SimpleUploadedFile("a.docx", docx("…")))
    client = as_user(make.organiser())
    for bad in ({"why_en": ""}, {"seen": ""}, {"ends_on": "x"}, {"scan": SimpleUploadedFile("a.docx", docx("…"))}):
        assert client.post(url("memorandum-amend", row.pk), form(row, number="7", **bad)).status_code == 422, bad
    assert not Amendment.objects.exists()


def test_numbered_in_order_and_the_file_is_for_both_sides_only(as_user: Any) -> None:
    row = memorandum(make.partner())
    for number in ("7", "8"):
        row = memoranda.amend(row, by=make.organiser(), facts=facts(row, number=number), why=WHY)
    assert [each.before["number"] for each in row.amendments.all()] == ["7", ""]
    assert amended(memorandum(make.partner())).number == 1
    for user in (UserFactory(), make.contact(make.partner()).user):
        assert as_user(user).get(url("old-file", row.pk, 1)).status_code == 404
    assert as_user(make.organiser()).get(url("old-file", row.pk, 9)).status_code == 404
