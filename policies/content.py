"""Which columns of a policy its revisions carry, and the way between a policy and a revision's `content`."""

from datetime import date
from typing import Any

from policies.models import Policy
from portal.core import bilingual

TEXTS = ("title", "issuer", "summary", "benefit", "how_to_apply", "materials", "contact")
TEXT_COLUMNS = tuple(column for field in TEXTS for column in bilingual.columns(field))
CHOICES = ("level", "category", "support_type", "mode", "repeat_limit")
DATES = ("issued_on", "disclosed_on", "effective_from", "effective_to", "window_opens", "window_closes")
PLAIN = (
    *(*CHOICES, "document_number", "max_amount_cny"),
    *("terms", "excludes"),
    *("source_url", "source_note", "confidence", "translated", "criteria", "attachments"),
)
COLUMNS = (*TEXT_COLUMNS, *PLAIN, *DATES, "department_id")


def content_of(policy: Policy) -> dict[str, Any]:
    """The policy's columns as JSON values: what a revision made from it starts with."""
    content = {column: getattr(policy, column) for column in COLUMNS}
    for column in TEXT_COLUMNS:
        content[column] = content[column] or ""
    for column in DATES:
        content[column] = content[column].isoformat() if content[column] else None
    return content


def apply_content(policy: Policy, content: dict[str, Any]) -> None:
    """Set the policy's columns from a revision's content; does not save. Columns missing in it stay as they are."""
    for column in COLUMNS:
        if column not in content:
            continue
        value = content[column]
        if column in DATES:
            value = date.fromisoformat(value) if value else None
        setattr(policy, column, value)
