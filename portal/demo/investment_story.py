"""Fictional premises, funds and services, one of them hidden because nobody confirmed it; and what Emma looks for."""

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from enterprises.models import Park
from investment import upkeep, wanting, workflow
from investment.models import Need, Provider, Resource
from portal.core.calendar import local_day
from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

BY, REVIEWER, KEEPER, SEEKER, SOUGHT_FOR = "zheng", "xu", "tan", "emma", "nordic"
STALE, WAITING = "stale", "b3"
PROVIDER = ("name_zh_hans", "name_en", "about_zh_hans", "about_en", "kind", "phone")
PLAIN = (
    *("title_zh_hans", "title_en", "about_zh_hans", "about_en", "area_m2", "area_min_m2", "floor", "rent_unit"),
    *("fitout", "sections", "stages", "ticket_min", "ticket_max", "fee"),
)
WANTED: dict[str, Any] = {
    "words": "An office for nine people, near the river, with a meeting room.",
    "section": "L",
    "area_from": 120,
    "area_to": 200,
    "budget": Decimal("6.00"),
    "budget_unit": "day",
    "subdistricts": ["310109018", "310109014"],
}


def investment_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(75, "10:00"), partial(_enter, story, [STALE]), BY)
    yield Act(clock.moment(75, "15:00"), partial(_publish, story), REVIEWER)
    yield Act(clock.moment(28, "08:00"), upkeep.keep)
    yield Act(clock.moment(13, "08:00"), upkeep.keep)
    rest = [row["key"] for row in read("resources.json")["resources"] if row["key"] not in (STALE, WAITING)]
    yield Act(clock.moment(12, "10:00"), partial(_enter, story, rest), BY)
    yield Act(clock.moment(11, "11:00"), partial(_publish, story), REVIEWER)
    yield Act(clock.moment(9, "09:20"), partial(_want, story), SEEKER)
    yield Act(clock.moment(8, "09:40"), partial(_choose, story), SEEKER)
    yield Act(clock.moment(1, "14:10"), partial(_enter, story, [WAITING], KEEPER), KEEPER)


def _enter(story: Story, keys: list[str], who: str = BY) -> None:
    """Each is written and sent to review; its provider too, if it is new."""
    by, today = story.people[who], local_day()
    for row in read("resources.json")["resources"]:
        if row["key"] not in keys:
            continue
        facts = {name: row[name] for name in PLAIN if name in row}
        if "park" in row:
            park = Park.objects.get(slug=row["park"])
            facts |= {"park_id": park.pk, "subdistrict_id": park.subdistrict_id or row.get("subdistrict")}
        facts |= {name: Decimal(row[name]) for name in ("rent", "rate") if name in row}
        if row.get("available"):
            facts["available_on"] = today + timedelta(days=row["available"])
        made = workflow.begin(_provider(story, row["provider"]), by=by, kind=row["kind"], facts=facts)
        if made.is_space:
            about = {"about_zh_hans": "示意图（演示）", "about_en": "Sketch (demo)"}
            workflow.add_file(made, by=by, file=_sketch(row["title_en"]), kind="plan", about=about)
        workflow.send(made, by=by)


def _provider(story: Story, key: str) -> Provider:
    row = next(each for each in read("resources.json")["providers"] if each["key"] == key)
    known = Provider.objects.filter(name_en=row["name_en"]).first()
    if known is not None:
        return known
    by = story.people[BY]
    made = workflow.write_provider(None, by=by, facts={name: row[name] for name in PROVIDER})
    if "keeper" in row:
        person = story.people[row["keeper"]]
        workflow.appoint(made, by=by, email=person.email, name=person.name)
    return made


def _sketch(words: str) -> SimpleUploadedFile:
    """A plan of nothing that exists: some rooms, and the word that says so."""
    sheet, out = Image.new("RGB", (720, 420), "#f4f1ea"), io.BytesIO()
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, 680, 340), outline="#1f4f68", width=6)
    for box in ((40, 40, 260, 190), (260, 40, 460, 190), (460, 40, 680, 340), (40, 190, 260, 340)):
        pen.rectangle(box, outline="#68a5bf", width=3)
    pen.text((360, 380), f"DEMO · {words.removesuffix(' (demo)')}", "#1f4f68", ImageFont.load_default(22), anchor="mm")
    sheet.save(out, "PNG")
    return SimpleUploadedFile("plan-demo.png", out.getvalue(), content_type="image/png")


def _publish(story: Story) -> None:
    for row in Resource.objects.filter(state="in_review").order_by("pk"):
        workflow.publish(row, by=story.people[REVIEWER])


def _want(story: Story) -> None:
    facts = {**WANTED, "wanted_by": local_day() + timedelta(days=30)}
    wanting.state_need(story.enterprises[SOUGHT_FOR], by=story.people[SEEKER], kind="premises", facts=facts)


def _choose(story: Story) -> None:
    """One on the short list, one declined: what is recommended follows both."""
    need, by = Need.objects.get(enterprise=story.enterprises[SOUGHT_FOR]), story.people[SEEKER]
    wanting.shortlist(need, _titled("f5"), by=by)
    wanting.decline(need, _titled("d21"), by=by, why="price")


def _titled(key: str) -> Resource:
    title = next(row["title_en"] for row in read("resources.json")["resources"] if row["key"] == key)
    return Resource.objects.get(title_en=title)
