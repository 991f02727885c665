"""Dates, amounts and text as a reader of the page's language expects them."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.core.templatetags import said_once

register = template.Library()
register.tags |= said_once.register.tags  # in place of Django's, in every template

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UNITS = ((100_000_000, "亿元"), (10_000, "万元"))


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _day_text(value: date) -> str:
    if in_chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年11月22日 / 22 November 2026, as a time element."""
    if not value:
        return ""
    when = _local(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), _day_text(when))


@register.filter
def day_plain(value: date | datetime | None) -> str:
    """The same without markup: for attributes, titles and mail."""
    if not value:
        return ""
    return _day_text(_local(value).date() if isinstance(value, datetime) else value)


@register.filter
def day_short(value: date) -> str:
    """11月22日 / 22 Nov, as a time element: where the year is said beside it."""
    text = f"{value.month}月{value.day}日" if in_chinese() else f"{value.day} {_MONTHS[value.month - 1][:3]}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def month(value: date) -> str:
    """2026年11月 / November 2026."""
    return f"{value.year}年{value.month}月" if in_chinese() else f"{_MONTHS[value.month - 1]} {value.year}"


@register.filter
def moment(value: datetime | None) -> str:
    """Day and local time, as a time element."""
    if not value:
        return ""
    when = _local(value)
    glue = " " if in_chinese() else ", "
    return format_html(
        '<time datetime="{}">{}</time>', when.isoformat(timespec="minutes"), f"{_day_text(when)}{glue}{when:%H:%M}"
    )


def _short(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def cny(value: int | Decimal | None) -> str:
    """Yuan: 20万元, 1.5亿元 / CNY 200,000. Nothing for nothing; exact, never rounded."""
    if value is None or value == "":
        return ""
    amount = Decimal(value)
    if not in_chinese():
        return f"CNY {_short(amount)}"
    for size, unit in _UNITS:
        if abs(amount) >= size and (amount / size * 100) % 1 == 0:
            return f"{_short(amount / size)}{unit}"
    return f"{_short(amount)}元"


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """Thousands separators; the same in both languages."""
    if value is None or value == "":
        return ""
    return f"{value:,}"


@register.filter
def paragraphs(value: str | None) -> SafeString:
    """Text that people wrote: escaped, blank lines make paragraphs, single line ends stay."""
    return mark_safe(linebreaks(escape(str(value).strip()))) if value else mark_safe("")  # noqa: S308


@register.filter
def highlight(segments: Iterable[tuple[str, bool]]) -> SafeString:
    """A search snippet: (text, is_hit) pieces, the hits marked."""
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", t) if hit else t,) for t, hit in segments))
