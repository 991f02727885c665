"""Drafts of the demo whose conditions stand in groups: one being written, one in review. Neither is a real policy."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from portal.demo.clock import Clock
from portal.demo.policy_story import Writing
from portal.demo.story import Act, Story

Row = dict[str, Any]
HONGKOU = {"field": "district", "op": "eq", "value": "310109"}
SMALL = {"field": "size", "op": "in", "value": ["micro", "small"]}
TITLED = {"field": "titles", "op": "any", "value": ["high_tech_enterprise", "srdi", "little_giant"]}
RESEARCH = {"field": "rd_expense_ratio", "op": "gte", "value": 0.05}
GROWN = {"field": "employees", "op": "gte", "value": 20}
FOREIGN = {"field": "ownership", "op": "in", "value": ["foreign", "joint"]}
SOURCE = {
    "source_note": "演示数据，并非真实政策 / Demonstration, not a real policy",
    "level": "district",
    "mode": "normal",
}
DRAFTS: list[Row] = [
    {
        "act": "begin",
        "by": "zheng",
        "days": 3,
        "time": "11:00",
        "slug": "demo-research-space",
        "content": {
            **SOURCE,
            "title_zh_hans": "研发办公用房补贴办法（演示草稿）",
            "title_en": "Rent support for research space (demo draft)",
            "issuer_zh_hans": "虹口区科学技术委员会",
            "issuer_en": "Hongkou District Science and Technology Commission",
            "summary_zh_hans": "对租用研发办公用房的企业给予补贴。本页为演示用虚构内容。",
            "summary_en": "Support for enterprises that rent space for research. Fictional text for the demonstration.",
            "category": "digital",
            "support_type": "subsidy",
            "criteria": [
                HONGKOU,
                {
                    "any": [
                        {"all": [SMALL, RESEARCH]},
                        TITLED | {"clause_zh": "第三条第二款", "clause_en": "Article 3 (2)"},
                    ],
                    "clause_zh": "第三条",
                    "clause_en": "Article 3",
                },
            ],
        },
        "steps": [],
    },
    {
        "act": "begin",
        "by": "zheng",
        "days": 2,
        "time": "10:00",
        "slug": "demo-new-headquarters",
        "content": {
            **SOURCE,
            "title_zh_hans": "新设功能性机构支持办法（演示）",
            "title_en": "Support for new functional institutions (demo)",
            "issuer_zh_hans": "虹口区商务委员会",
            "issuer_en": "Hongkou District Commission of Commerce",
            "summary_zh_hans": "支持外资企业及成长型企业在区内新设功能性机构。本页为演示用虚构内容。",
            "summary_en": "Support for foreign-invested and growing enterprises that set up functional institutions. "
            "Fictional text for the demonstration.",
            "category": "foreign_investment",
            "support_type": "subsidy",
            "criteria": [HONGKOU, {"any": [FOREIGN, {"all": [GROWN, TITLED]}]}],
        },
        "steps": [["send_to_review", 1, "16:30", "zheng"]],
    },
]


def criteria_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for row in DRAFTS:
        writing = Writing(story, row)
        yield Act(clock.moment(row["days"], row["time"]), writing.begin, row["by"])
        for verb, ago, time, who in row["steps"]:
            yield Act(clock.moment(ago, time), partial(writing.step, verb, who), who)
