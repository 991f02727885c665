"""A fictional association, its contacts, a memorandum that is about to end, and what both sides do together."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, ImageDraw, ImageFont

from outreach.models import JointTask, Memorandum, Partner
from outreach.partners import memoranda, workflow
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

BY = "zheng"
SLUG = "riverside-trade-association-demo"
CONTACTS = {"tan": "秘书长（演示）", "nora": "International affairs (demo)"}
LEFT, YEARS = 25, 3  # days until the memorandum ends; how long it holds
PARTNER = {
    "name_zh_hans": "虚构滨江数字贸易协会（演示）",
    "name_en": "Fictional Riverside Digital Trade Association (demo)",
    "about_zh_hans": "演示用的虚构协会：向会员企业转发政策服务包，组织会员参加活动。",
    "about_en": "A fictional association for the demonstration: hands policy packages on to its members.",
    "address_zh_hans": "虚构路1号（演示）",
    "address_en": "1 Fictional Road (demo)",
    "kind": "industry_association",
    "phone": "021-0000-0301",
    "public": True,
    "active": True,
}
AGREED = {
    "number": "演示-2023-01",
    "title_zh_hans": "政社合作备忘录（演示）",
    "title_en": "Memorandum of cooperation (demo)",
    "district_side_zh_hans": "区政府办公室（演示）",
    "district_side_en": "District government office (demo)",
    "areas": ["policy", "foreign", "training"],
    "summary_zh_hans": "双方共同开展政策宣讲，向会员企业提供双语政策服务包，每年共同回顾合作成果。",
    "summary_en": "Both sides hold policy sessions, give member companies bilingual policy packages and review the "
    "results together every year.",
    "public": True,
}
AMENDED = {
    "summary_zh_hans": "双方共同开展政策宣讲，向会员企业提供双语政策服务包，每年共同回顾合作成果并向社会公布。",
    "summary_en": "Both sides hold policy sessions, give member companies bilingual policy packages, review the "
    "results together every year and publish them.",
}
AMENDED_WHY = {
    "zh-hans": "演示：补充“向社会公布”，与双方会议纪要一致。",
    "en": "Demonstration: “publish them” was missing; the minutes of both sides say so.",
}
REVIEW = {
    "zh-hans": "演示：共同举办两场政策宣讲会，双语政策服务包已交会员使用。",
    "en": "Demonstration: two policy sessions were held together, and members use the bilingual policy package.",
}
TASKS = (  # in Chinese, in English, days until it is due, progress, what the contact said
    (
        "面向会员企业的双语政策宣讲会",
        "Bilingual policy session for member companies",
        20,
        60,
        "会场已落实，报名即将开始。",
    ),
    ("更新会员企业名录", "Bring the list of member companies up to date", 40, 100, "名录已更新。"),
    ("收集会员对政策英文版的意见", "Collect members' views on the English texts of policies", 45, 0, ""),
)


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(28, "15:10"), partial(_partner, story), BY)
    yield Act(clock.moment(28, "15:20"), partial(_contacts, story), BY)
    yield Act(clock.moment(27, "10:10"), partial(_memorandum, story, clock), BY)
    yield Act(clock.moment(12, "10:30"), partial(_tasks, story), BY)
    yield Act(clock.moment(9, "10:20"), partial(_amend, story), BY)
    yield Act(clock.moment(3, "16:10"), partial(_progress, story), "tan")


def _partner(story: Story) -> None:
    partner = workflow.write(None, by=story.people[BY], facts=PARTNER, logo=_logo())
    Partner.objects.filter(pk=partner.pk).update(slug=SLUG)


def _logo() -> SimpleUploadedFile:
    """Three waves under a sun, on the word that says it is made up."""
    sheet, out = Image.new("RGB", (240, 240), "#eef4f6"), io.BytesIO()
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((88, 28, 152, 92), fill="#d98a3d")
    for n, colour in enumerate(("#2f6f8f", "#3f86a6", "#68a5bf")):
        top = 96 + 32 * n
        for left in range(-20, 240, 80):
            pen.arc((left, top, left + 80, top + 44), 200, 340, fill=colour, width=12)
    pen.text((120, 212), "DEMO", fill="#1f4f68", font=ImageFont.load_default(34), anchor="mm")
    sheet.save(out, "PNG")
    return SimpleUploadedFile("logo-demo.png", out.getvalue(), content_type="image/png")


def _contacts(story: Story) -> None:
    partner = Partner.objects.get(slug=SLUG)
    for key, position in CONTACTS.items():
        person = story.people[key]
        with translation.override(person.language):
            workflow.invite(partner, by=story.people[BY], email=person.email, name=person.name, position=position)


def _memorandum(story: Story, clock: Clock) -> None:
    """Signed years ago, on paper; written down when the portal came."""
    by, ends = story.people[BY], local_day(clock.now) + timedelta(days=LEFT)
    begins = ends - timedelta(days=365 * YEARS)
    scan = SimpleUploadedFile("memorandum-demo.pdf", _page("Memorandum of cooperation", "For the demonstration only"))
    facts = {**AGREED, "begins_on": begins, "ends_on": ends}
    row = memoranda.write(None, by=by, facts=facts, parties=[Partner.objects.get(slug=SLUG)], file=scan)
    row = memoranda.sign(row, by=by, on=_signing_day(begins))
    memoranda.review(row, by=by, year=begins.year + 1, texts=REVIEW)


def _signing_day(begins: date) -> date:
    return begins - timedelta(days=3)


def _page(*lines: str) -> bytes:
    """A page with a few words, as a PDF file."""
    sheet, out = Image.new("L", (620, 877), 255), io.BytesIO()
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(28)
    for n, line in enumerate(lines):
        pen.text((60, 100 + 60 * n), line, fill=0, font=font)
    sheet.save(out, "PDF")
    return out.getvalue()


def _tasks(story: Story) -> None:
    row = _agreed()
    for chinese, english, days, _progress, _note in TASKS:
        due = local_day() + timedelta(days=days)
        memoranda.add_task(row, by=story.people[BY], titles={"zh-hans": chinese, "en": english}, due_on=due)


def _amend(story: Story) -> None:
    """A slip in the text is put right; what was signed stays readable."""
    row = _agreed()
    facts = {name: getattr(row, name) for name in memoranda.FACTS} | AMENDED
    memoranda.amend(row, by=story.people[BY], facts=facts, why=AMENDED_WHY, seen=row.lock_version)


def _progress(story: Story) -> None:
    for _zh, english, _days, progress, note in TASKS:
        if progress:
            task: Any = JointTask.objects.get(memorandum=_agreed(), title_en=english)
            with translation.override("zh-hans"):
                memoranda.move_task(task, by=story.people["tan"], progress=progress, note=note)


def _agreed() -> Memorandum:
    return Memorandum.objects.get(parties__slug=SLUG)
