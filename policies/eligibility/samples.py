"""Enterprises that do not exist, to try criteria out on: of every size and ownership, with facts known and not known.

Each fact is as `matching.facts_of` gives it; a fact that is left out is not known. The names are made up so that nobody
takes them for an enterprise of the district.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.eligibility.criteria import AtLeast
from portal.core import bilingual

HONGKOU = {"district": "310109", "subdistrict": "310109018", "park": "none"}
NO_TITLES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sample:
    """One made-up enterprise: its name in each language, what it stands for, and its facts."""

    zh: str
    en: str
    about: str | Promise
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.en if bilingual.current() == "en" else self.zh


def _facts(industry: str, size: str, ownership: str, **more: Any) -> dict[str, Any]:
    known = {"industry_code": industry, "size": size, "ownership": ownership}
    return HONGKOU | {"listed": False, "titles": NO_TITLES} | known | more


def _figures(years: int, employees: int, revenue: int, research: float) -> dict[str, Any]:
    return {
        "founded_years": years,
        "employees": employees,
        "annual_revenue_cny": revenue,
        "rd_expense_ratio": research,
    }


SAMPLES: Mapping[str, Sample] = {
    "studio": Sample(
        "纸灯笼软件工作室",
        "Paper Lantern Software Studio",
        _("micro, software, domestic, young"),
        _facts("I65", "micro", "domestic", **_figures(1, 8, 1_200_000, 0.12)),
    ),
    "cafe": Sample(
        "三只猫咖啡馆",
        "Three Cats Café",
        _("micro, catering, domestic, founded this year"),
        _facts("H62", "micro", "domestic", **_figures(0, 6, 900_000, 0)),
    ),
    "sensors": Sample(
        "千纸鹤传感技术公司",
        "Thousand Cranes Sensor Technology",
        _("small, electronics, domestic, holds titles"),
        _facts(
            "C39",
            "small",
            "domestic",
            **_figures(7, 60, 48_000_000, 0.08) | {"titles": frozenset({"high_tech_enterprise", "srdi"})},
        ),
    ),
    "design": Sample(
        "乌有湾设计咨询公司",
        "Nowhere Bay Design Consultants",
        _("small, professional services, foreign-invested, titles not told in full"),
        _facts("M74", "small", "foreign", **_figures(4, 25, 9_000_000, 0.02) | {"titles": AtLeast()}),
    ),
    "shipping": Sample(
        "锡壶船务代理公司",
        "Tin Kettle Shipping Agency",
        _("medium-sized, shipping, joint venture"),
        _facts("G55", "medium", "joint", **_figures(15, 180, 260_000_000, 0.004)),
    ),
    "chips": Sample(
        "九色鹿芯片公司",
        "Nine-Coloured Deer Chips",
        _("medium-sized, electronics, domestic, listed"),
        _facts(
            "C39",
            "medium",
            "domestic",
            **_figures(11, 420, 390_000_000, 0.21)
            | {"listed": True, "titles": frozenset({"high_tech_enterprise", "srdi", "little_giant"})},
        ),
    ),
    "headquarters": Sample(
        "虚极光（中国）总部公司",
        "Imaginary Aurora (China) Headquarters",
        _("large, business services, foreign-invested, regional headquarters"),
        _facts(
            "L72",
            "large",
            "foreign",
            **_figures(18, 900, 3_200_000_000, 0.01) | {"titles": frozenset({"regional_hq"})},
        ),
    ),
    "elsewhere": Sample(
        "隔江机器人公司",
        "Across-the-River Robotics",
        _("small, machinery, domestic, registered in another district"),
        _facts("C34", "small", "domestic", **_figures(3, 35, 15_000_000, 0.15))
        | {"district": "other", "subdistrict": None, "park": "none"},
    ),
    "seedling": Sample(
        "小树苗企业",
        "Seedling Enterprise",
        _("hardly anything is known"),
        {"district": "310109", "ownership": "domestic", "titles": AtLeast()},
    ),
}
