"""Records of the portal as follow-ups of an answer: found by typing, ticked, and kept with the answer.

The words that somebody types and what is ticked stand in the answer's own form, so that without JavaScript its button
brings the same list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import roles_required
from stewards.deskwork import records
from stewards.deskwork.card_field import MOST
from stewards.deskwork.records import Kept, Kind, Record


@dataclass(frozen=True, slots=True)
class Choice:
    token: str
    label: str
    record: Record
    ticked: bool

    @property
    def facts(self) -> str:
        """When and where, in a line."""
        return " · ".join(words for field, _name, words in self.record.rows if field != "summary")


class Shelf:
    """What is ticked, and what the words find beside it; nothing is asked before it is shown."""

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        typed = data if isinstance(data, QueryDict) else QueryDict()
        self.words = typed.get("find", "")[:200]
        self.tokens = list(dict.fromkeys(typed.getlist("picked")))[: 2 * MOST]

    @cached_property
    def choices(self) -> list[Choice]:
        ticked = [_choice(kind, record, True) for kind, record in self._ticked]
        known = {choice.token for choice in ticked}
        found = (_choice(kind, record, False) for kind, record in records.search(self.words))
        return ticked + [choice for choice in found if choice.token not in known]

    @property
    def nothing(self) -> bool:
        """Whether words found nothing that is not ticked already."""
        return bool(self.words.strip()) and all(choice.ticked for choice in self.choices)

    def kept(self) -> list[Kept]:
        """For the answer; refused when one of them can no longer be read."""
        if len(self._ticked) < len(self.tokens):
            raise ValidationError(_("A follow-up that was ticked is no longer there: please look at the list again."))
        return [records.keep(kind.name, record) for kind, record in self._ticked]

    @cached_property
    def _ticked(self) -> list[tuple[Kind, Record]]:
        wanted = [key for key in map(records.from_token, self.tokens) if key is not None]
        known = records.resolve_all(wanted)
        return [(kind, known[key]) for key in wanted if key in known and (kind := records.kind_of(key[0]))]


def _choice(kind: Kind, record: Record, ticked: bool) -> Choice:
    return Choice(records.token_of(kind.name, record), str(kind.label), record, ticked)


@require_safe
@roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
def found(request: SignedInRequest) -> HttpResponse:
    """The list alone, for the page while somebody types."""
    return render(request, "deskwork/_found.html", {"shelf": Shelf(request.GET)})
