"""The size class of an enterprise by the national standard: large, medium, small or micro.

Source: 中小企业划型标准规定 (工信部联企业〔2011〕300号), with the industries as the National Bureau of Statistics
assigns them to GB/T 4754-2017 (国统字〔2017〕213号). A class is reached only when ALL indicators of the industry reach
it, else the lower one holds; a single indicator below the small threshold makes the enterprise micro.

The standard covers no railways (G53), finance (J, which has a standard of its own), own real estate (K704),
education (P), health (Q83, Q84), public administration (S) or international organisations (T): these get no class.
"""

from collections.abc import Mapping
from typing import Literal

SizeClass = Literal["large", "medium", "small", "micro"]
Indicator = Literal["employees", "revenue", "assets"]
Thresholds = tuple[int, int, int]  # lowest value that is large, medium, small: people, or units of 10,000 yuan

CLASSES: tuple[SizeClass, ...] = ("micro", "small", "medium", "large")
WAN = 10_000

GROUPS: Mapping[str, Mapping[Indicator, Thresholds]] = {
    "agriculture": {"revenue": (20_000, 500, 50)},
    "industry": {"employees": (1000, 300, 20), "revenue": (40_000, 2000, 300)},
    "construction": {"revenue": (80_000, 6000, 300), "assets": (80_000, 5000, 300)},
    "wholesale": {"employees": (200, 20, 5), "revenue": (40_000, 5000, 1000)},
    "retail": {"employees": (300, 50, 10), "revenue": (20_000, 500, 100)},
    "transport": {"employees": (1000, 300, 20), "revenue": (30_000, 3000, 200)},
    "storage": {"employees": (200, 100, 20), "revenue": (30_000, 1000, 100)},
    "post": {"employees": (1000, 300, 20), "revenue": (30_000, 2000, 100)},
    "hotels": {"employees": (300, 100, 10), "revenue": (10_000, 2000, 100)},
    "catering": {"employees": (300, 100, 10), "revenue": (10_000, 2000, 100)},
    "information transmission": {"employees": (2000, 100, 10), "revenue": (100_000, 1000, 100)},
    "software": {"employees": (300, 100, 10), "revenue": (10_000, 1000, 50)},
    "real estate development": {"revenue": (200_000, 1000, 100), "assets": (10_000, 5000, 2000)},
    "property management": {"employees": (1000, 300, 100), "revenue": (5000, 1000, 500)},
    "leasing and business services": {"employees": (300, 100, 10), "assets": (120_000, 8000, 100)},
    "other": {"employees": (300, 100, 10)},
}

# Beginning of the GB/T 4754-2017 code → group (None: outside the standard); the longest beginning decides.
INDUSTRIES: Mapping[str, str | None] = {
    "A": "agriculture",
    **dict.fromkeys(("B", "C", "D"), "industry"),
    "E": "construction",
    "F51": "wholesale",
    "F52": "retail",
    "G53": None,
    **dict.fromkeys(("G54", "G55", "G56", "G57", "G58", "G591"), "transport"),  # 591: loading and unloading
    "G59": "storage",
    "G60": "post",
    "H61": "hotels",
    "H62": "catering",
    **dict.fromkeys(("I63", "I64"), "information transmission"),
    "I65": "software",
    "K70": "real estate development",  # the division alone does not tell; a three- or four-digit class does
    "K702": "property management",
    **dict.fromkeys(("K703", "K709"), "other"),
    "K704": None,
    "L": "leasing and business services",
    **dict.fromkeys(("M", "N", "O", "Q85", "R"), "other"),
}


def group_of(industry_code: str | None) -> str | None:
    """The group of a code such as "I65" or "K7020"; None where the standard has none, or the code is too coarse."""
    code = industry_code or ""
    beginnings = (code[:length] for length in (4, 3, 1) if len(code) >= length)
    return next((INDUSTRIES[beginning] for beginning in beginnings if beginning in INDUSTRIES), None)


def size_class(
    industry_code: str | None, employees: int | None, revenue_cny: int | None, assets_cny: int | None
) -> SizeClass | None:
    """The class, from the industry (section letter, two to four digits), people, yearly revenue and assets in yuan.

    None while it cannot be told: no industry, an industry outside the standard, or an indicator that the industry
    needs is unknown. An unknown indicator can only lower the class, so a known one that makes it micro decides at once.
    """
    group = group_of(industry_code)
    if group is None:
        return None
    facts = {"employees": employees, "revenue": revenue_cny, "assets": assets_cny}
    ranks = [
        _rank(fact, thresholds, 1 if indicator == "employees" else WAN)
        for indicator, thresholds in GROUPS[group].items()
        if (fact := facts[indicator]) is not None
    ]
    if 0 in ranks:
        return "micro"
    return CLASSES[min(ranks)] if len(ranks) == len(GROUPS[group]) else None


def _rank(value: int, thresholds: Thresholds, unit: int) -> int:
    """How many of the three thresholds the value reaches."""
    return sum(value >= threshold * unit for threshold in thresholds)
