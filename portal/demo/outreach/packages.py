"""A package in the hands of two partners, its first version superseded by the second."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from outreach.models import HandOver, Material, Occasion, PackageVersion, Partner, ShareLink, ShareUse
from outreach.packages import handing, workflow
from outreach.partners import workflow as partners
from policies.models import Policy
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.outreach.events import RENT, video_on
from portal.demo.outreach.partners import SLUG
from portal.demo.story import Act, Story

BY, REVIEWER, CONTACT = "zheng", "xu", "tan"
PARK = {
    "name_zh_hans": "虚构北外滩创新园（演示）",
    "name_en": "North Bund Innovation Park (demo)",
    "about_zh_hans": "演示用的虚构园区：把政策服务包转给入驻企业。",
    "about_en": "A fictional park for the demonstration: passes policy packages on to its tenants.",
    "kind": "park",
    "public": True,
    "active": True,
}
TEXTS = {
    "title_zh_hans": "涉外企业政策服务包（演示）",
    "title_en": "Policy service package for foreign-related companies (demo)",
    "introduction_zh_hans": "为会员企业挑选的虹口区政策。每一项都说明为什么入选，点击标题可查看现行全文。",
    "introduction_en": "Policies of Hongkou chosen for member companies. Each says why it is here; its title leads to "
    "the text that holds now.",
}
CHANGED = {
    "why_zh_hans": "新增双向投资“一站式”服务联盟，说明文字已更新。",
    "why_en": "The two-way investment service alliance is new; the notes have been brought up to date.",
}
FIRST = {
    "hk-foreign-nine-measures-2021": (
        "外资企业落户北外滩可先看这一份。",
        "Where a foreign company begins in the North Bund.",
    ),
    "hk-bilingual-reception-room": ("可用英语预约、当面咨询。", "Ask in person, in English, by appointment."),
    "hk-sme-support-2023": ("适用于大多数会员企业。", "Fits most member companies."),
}
SECOND = {
    "hk-two-way-investment-alliance-2026": (
        "“引进来”和“走出去”都在这里办理。",
        "One place for investing here and for investing abroad.",
    )
}
RENT_PACK = {
    "title_zh_hans": "专业服务企业租房补贴服务包（演示）",
    "title_en": "Rent support for professional services (demo)",
    "introduction_zh_hans": "一项政策，从条文、视频到现场答疑，一次看全。",
    "introduction_en": "One policy at a glance: its text, a video, a guide and an event at which to ask.",
}
WHY_RENT = {
    "policy": {"words_zh_hans": "政策原文与申报条件。", "words_en": "The text, and who can apply."},
    "interpretation": {"words_zh_hans": "短视频讲解，配中英文字幕。", "words_en": "The same in a short video."},
    "material": {"words_zh_hans": "可打印，方便转给同事。", "words_en": "To print and to hand to colleagues."},
    "event": {"words_zh_hans": "可现场提问。", "words_en": "Where to ask in person."},
}
OPENED = (3, 9, 0, 14, 6, 0, 2, 11, 5, 4)  # by day, the last one first


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(24, "10:00"), partial(_compose, story), BY)
    yield Act(clock.moment(23, "14:00"), partial(_publish, story), REVIEWER)
    yield Act(clock.moment(23, "15:00"), partial(_hand_over, story), BY)
    yield Act(clock.moment(22, "09:40"), partial(_receive, story), CONTACT)
    yield Act(clock.moment(8, "11:00"), partial(_renew, story), BY)
    yield Act(clock.moment(7, "16:30"), partial(_publish, story), REVIEWER)
    yield Act(clock.moment(6, "10:10"), partial(_receive, story), CONTACT)
    yield Act(clock.moment(2, "10:20"), partial(_compose_rent, story), BY)
    yield Act(clock.moment(1, "14:30"), partial(_publish, story, RENT_PACK["title_en"]), REVIEWER)
    yield Act(clock.moment(1, "15:20"), partial(_hand_over_rent, story), BY)
    yield Act(clock.moment(0, "09:00"), _open)


def _compose(story: Story) -> None:
    version = workflow.begin(by=story.people[BY], content=TEXTS)
    _fill(story, version, FIRST)


def _fill(story: Story, version: PackageVersion, chosen: dict[str, tuple[str, str]]) -> None:
    """Put the policies in, each with its reason, and send the version to review."""
    by = story.people[BY]
    for slug, (chinese, english) in chosen.items():
        policy = Policy.objects.in_force().filter(slug=slug).first()
        if policy is not None:
            piece = workflow.add(version, by=by, policy=policy)
            words = {"words_zh_hans": chinese, "words_en": english}
            workflow.reword(version, piece.pk, by=by, content=words)
    workflow.send(version, by=by)


def _newest(title: str = TEXTS["title_en"]) -> PackageVersion:
    return PackageVersion.objects.filter(package__title_en=title).order_by("-number")[0]


def _compose_rent(story: Story) -> None:
    """Of every kind: a policy, the video that explains it, a guide, an event. The partner has not received it yet."""
    by = story.people[BY]
    version = workflow.begin(by=by, content=RENT_PACK)
    event = Occasion.objects.filter(event__policies__slug=RENT, state="published").ahead().order_by("day").first()
    chosen: dict[str, Any] = {
        "policy": Policy.objects.in_force().filter(slug=RENT).first(),
        "interpretation": video_on(RENT),
        "material": Material.objects.filter(withdrawn_at=None, policy__slug=RENT).first(),
        "event": event,
    }
    for kind, what in chosen.items():
        if what is not None:
            piece = workflow.add(version, by=by, **{kind: what})
            workflow.reword(version, piece.pk, by=by, content=WHY_RENT[kind])
    workflow.send(version, by=by)


def _publish(story: Story, title: str = TEXTS["title_en"]) -> None:
    workflow.publish(_newest(title), by=story.people[REVIEWER])


def _hand_over(story: Story) -> None:
    by = story.people[BY]
    park = partners.write(None, by=by, facts=PARK)
    workflow.hand_over(_newest(), [Partner.objects.get(slug=SLUG), park], by=by)


def _hand_over_rent(story: Story) -> None:
    workflow.hand_over(_newest(RENT_PACK["title_en"]), Partner.objects.filter(slug=SLUG), by=story.people[BY])


def _receive(story: Story) -> None:
    handing.receive(HandOver.objects.get(version=_newest(), partner__slug=SLUG), by=story.people[CONTACT])


def _renew(story: Story) -> None:
    version = workflow.renew(_newest(), by=story.people[BY])
    workflow.rewrite(version, by=story.people[BY], content=TEXTS | CHANGED)
    _fill(story, version, SECOND)


def _open() -> None:
    """What the counters would have kept; numbers of the demonstration."""
    today = local_day()
    rows = []
    for link in ShareLink.objects.filter(version__package__title_en=TEXTS["title_en"]).select_related("version"):
        ended = link.version.ended_at
        last = local_day(ended) if ended else today
        for ago, count in enumerate(OPENED):
            if count:
                rows.append(ShareUse(link=link, day=last - timedelta(days=ago), run="demo", count=count))
    ShareUse.objects.bulk_create(rows)
