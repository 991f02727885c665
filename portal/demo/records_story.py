"""Records at work: two made one, a tag, a segment with its package, and this year's round of tiers in review."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from enterprises.credit_code import make
from enterprises.models import Enterprise
from enterprises.records.merging import merge
from enterprises.segments import workflow as segments
from enterprises.segments.conditions import Conditions
from enterprises.tiers import workflow as tiers
from policies.models import Policy
from policies.packages import packages
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

ADMIN, EDITOR = "zhou", "zheng"
WAN = 10_000
TWICE = {
    "name_zh_hans": "虚构绿能科技（上海）有限公司",
    "name_en": "Xugou Green Energy Technology (Shanghai) Co., Ltd. (fictional)",
}
SERIAL = 1_901
TAG = {"name_zh_hans": "北外滩贸易航运企业", "name_en": "Trade and shipping on the North Bund"}
TAGGED = ("jianghai", "nordic")
SEGMENT = "重点企业（市级、区级） · Key enterprises of city and district"
PACKAGE = {
    "title_zh_hans": "重点企业服务包：人才与创新",
    "title_en": "For key enterprises: talent and innovation",
    "introduction_zh_hans": "面向市级、区级重点企业，汇总近期可以申请的政策。",
    "introduction_en": "For key enterprises of the city and the district: what can be applied for now.",
}
POLICIES = ("hk-high-tech-award-2023", "sh-srdi-growth-2025", "sh-innovation-vouchers")
RULES: dict[str, dict[str, int | None]] = {
    "municipal": {"revenue": 100_000 * WAN, "employees": 300},
    "district": {"revenue": 8_000 * WAN, "employees": 100},
    "subdistrict": {"revenue": 800 * WAN, "employees": None},
}


def records_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(9, "14:10"), partial(_merge, story), ADMIN)
    yield Act(clock.moment(8, "09:40"), partial(_tag, story), ADMIN)
    yield Act(clock.moment(6, "11:15"), partial(_hand_over, story), EDITOR)
    yield Act(clock.moment(2, "16:05"), partial(_propose, story, clock), ADMIN)


def _merge(story: Story) -> None:
    """The same enterprise came from a list with its former code."""
    keep = story.enterprises["green"]
    facts = {"subdistrict": keep.subdistrict, "employees": keep.employees}
    drop = Enterprise.objects.create(credit_code=make(SERIAL), **TWICE, **facts)
    merge(keep, drop, by=story.people[ADMIN], reason="营业执照已变更，同一家企业 · the business licence was changed")
    keep.refresh_from_db()


def _tag(story: Story) -> None:
    tag = segments.keep_tag(None, by=story.people[ADMIN], names=TAG)
    for key in TAGGED:
        segments.set_tags(story.enterprises[key], [tag], by=story.people[ADMIN])


def _hand_over(story: Story) -> None:
    by = story.people[EDITOR]
    segment = segments.keep(None, by=by, name=SEGMENT, conditions=Conditions(tiers=("municipal", "district")))
    package = packages.compose(by=by, content={**PACKAGE, "segment": segment})
    for policy in Policy.objects.filter(slug__in=POLICIES).order_by("pk"):
        packages.add(package, policy, by=by)
    packages.hand_over(package, by=by)


def _propose(story: Story, clock: Clock) -> None:
    """Made by rules, with one enterprise looked at by hand; somebody else decides."""
    by = story.people[ADMIN]
    rules: dict[str, Any] = {tier: {**asked, "titles": [], "industries": []} for tier, asked in RULES.items()}
    row = tiers.open_round(by=by, year=clock.now.year, rules=rules)
    proposal = row.proposals.filter(enterprise=story.enterprises["pacific"]).first()
    if proposal is not None:
        tiers.propose(proposal, by=by, tier="keep", note="正在申报市级总部 · applying for headquarters of the city")
    tiers.send(row, by=by)
