"""What must be said when a request is not accepted: the legal ground, what it rests on, and where to go instead."""

import re
from typing import Any

from django.utils.translation import gettext as _

from portal.core.access import Refused
from stewards.acts import needed
from stewards.enums import Ground
from stewards.models import HelpRequest
from stewards.queries import asked_by

_NUMBER = re.compile(r"[A-Za-z]{1,6}-\d[\d-]*")
MAX_LAW = 300


def grounds(request: HelpRequest, ground: str, where_instead: str, law: str) -> dict[str, Any]:
    """What the timeline keeps beside the words; Refused where the enterprise would not know why, or where to go."""
    if ground not in Ground.values:
        raise Refused(_("Choose the ground on which the request cannot be accepted."))
    needed(where_instead, _("Say where the enterprise can go instead."))
    if ground == Ground.OTHER_LEGAL:
        law = needed(law, _("Name the law or rule on which the request cannot be accepted."))
    if ground == Ground.DUPLICATE and not _names_another(request, where_instead):
        raise Refused(_("Give the number of the other request, so that the enterprise finds it."))
    return {"ground": ground, "law": law.strip()[:MAX_LAW]}


def _names_another(request: HelpRequest, text: str) -> bool:
    """Whether the words name another request that the asker can read."""
    numbers = [number.upper() for number in _NUMBER.findall(text)]
    found = asked_by(request.asker).submitted().filter(number__in=numbers)
    return bool(numbers) and found.exclude(pk=request.pk).exists()
