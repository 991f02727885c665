"""The real places, partners, events and bulletins that come with the portal (outreach/data), sources named."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from outreach.enums import Precision

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, Any]]:
    """One file's rows; what is not known is None in them."""
    found: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def known_date(text: str) -> tuple[date, Precision]:
    """2022, 2022-07 or 2022-07-15."""
    parts = [int(part) for part in text.split("-")]
    exactly = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
    year, month, day = [*parts, 1, 1][:3]
    return date(year, month, day), exactly


def load_all() -> int:
    """Everything that is not there yet, in the order in which it builds on each other; returns how many rows."""
    from outreach.bulletins import loading as bulletins
    from outreach.events import loading as events
    from outreach.observers import loading as observers
    from outreach.partners import loading as partners
    from outreach.points import loading as points

    return sum(room.load() for room in (points, partners, events, bulletins, observers))
