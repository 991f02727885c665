"""The demo's guides in two editions, copies at three invented points, one of them old; and what a guest said."""

import zlib
from collections.abc import Iterator
from datetime import time

from django.core.files.uploadedfile import SimpleUploadedFile

from outreach.guests.feedback import give_feedback
from outreach.models import Feedback, Material, MaterialEdition, Place, PublicityPoint
from outreach.points import workflow
from policies.models import Policy
from portal.core import bilingual
from portal.demo.clock import Clock
from portal.demo.outreach.events import RENT
from portal.demo.story import Act, Story

GUIDE = {
    "title_zh_hans": "办事指南：外籍人士常用服务（演示）",
    "title_en": "Service guide for foreign residents (demonstration)",
    "summary_zh_hans": "演示用指南：到哪里咨询、带什么材料、说什么语言。",
    "summary_en": "A guide for this demonstration: where to ask, what to bring, which languages are spoken.",
}
LEAFLET = {
    "title_zh_hans": "一页看懂：专业服务企业租房补贴（演示）",
    "title_en": "Rent support for professional services on one page (demonstration)",
    "summary_zh_hans": "演示用单页：谁可以申请、补多少、怎么申请。",
    "summary_en": "A leaflet for this demonstration: who can apply, how much, and how.",
    "kind": "leaflet",
}
PLACES = {  # invented: of real places nobody has told us the hours
    "demo-point-harbour": ("演示宣传点：虚构码头大厅", "Demo point: Invented Harbour Hall"),
    "demo-point-library": ("演示宣传点：虚构图书馆", "Demo point: Invented Library"),
    "demo-point-tower": ("演示宣传点：虚构大厦", "Demo point: Invented Tower"),
}
POINTS = tuple(PLACES)
WHERE = {  # as invented as the places: a subdistrict, north, east, the way in both languages
    "demo-point-harbour": (
        "310109018",
        "31.250000",
        "121.495000",
        "演示：虚构渡口下车，步行一分钟。",
        "Demo: invented ferry stop, one minute on foot.",
    ),
    "demo-point-library": (
        "310109014",
        "31.262000",
        "121.500000",
        "演示：虚构公交站旁。",
        "Demo: next to an invented bus stop.",
    ),
}


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(20, "10:00"), lambda: _begin(story), "zheng")
    yield Act(clock.moment(6, "11:00"), lambda: _second(story), "zheng")
    yield Act(clock.moment(2, "15:10"), _said)


def _begin(story: Story) -> None:
    by = story.people["zheng"]
    hours = [(day, time(9), time(17)) for day in range(5)]
    for slug, (zh, en) in PLACES.items():
        place = Place(name_zh_hans=zh, name_en=en, kind="other", languages=["zh", "en"])
        workflow.keep_place(place, by=by, point=True, hours=hours)
        Place.objects.filter(pk=place.pk).update(slug=slug, **_where(slug))
    PublicityPoint.objects.filter(place__slug__in=POINTS).update(keeper=by)
    guide = workflow.keep_material(Material(**GUIDE), by=by)
    first = _edition(guide, story, "1")
    for slug, copies in zip(POINTS, (40, 25, 30), strict=True):
        workflow.count_stock(PublicityPoint.objects.get(place__slug=slug), first, copies=copies, by=by)
    leaflet = Material(**LEAFLET, policy=Policy.objects.published().filter(slug=RENT).first())
    edition = _edition(workflow.keep_material(leaflet, by=by), story, "1")
    workflow.count_stock(PublicityPoint.objects.get(place__slug=POINTS[0]), edition, copies=60, by=by)


def _where(slug: str) -> dict[str, str]:
    """Of two of them; the position of the third is not known, as of the real places."""
    if slug not in WHERE:
        return {}
    subdistrict, north, east, chinese, english = WHERE[slug]
    known = {"subdistrict_id": subdistrict, "latitude": north, "longitude": east}
    return known | {"directions_zh_hans": chinese, "directions_en": english}


def _second(story: Story) -> None:
    """Two points have the new edition already, one still holds the old one."""
    guide, by = Material.objects.get(title_en=GUIDE["title_en"]), story.people["zheng"]
    second = _edition(guide, story, "2")
    for slug in POINTS[:2]:
        point = PublicityPoint.objects.get(place__slug=slug)
        workflow.count_stock(point, guide.editions.get(number=1), copies=0, by=by)
        workflow.count_stock(point, second, copies=50, by=by)


def _edition(guide: Material, story: Story, number: str) -> MaterialEdition:
    zh, en = (SimpleUploadedFile(f"guide-{n}-{number}.pdf", _pdf(f"Guide {number} ({n})")) for n in ("zh", "en"))
    return workflow.add_edition(guide, by=story.people["zheng"], file_zh=zh, file_en=en)


def _said() -> None:
    with bilingual.speaking("en"):
        place = Place.objects.get(slug=POINTS[0])
        words = "The guide is clear. A map of the bus stops nearby would help."
        give_feedback(Feedback(rating=4, found=True, text=words), place=place)


def _pdf(text: str) -> bytes:
    """One page with one line: a demonstration needs no more."""
    stream = zlib.compress(f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode())
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    )
