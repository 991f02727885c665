"""Who can be told of a note by name: people of the desk who may see the request."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from portal.core import bilingual
from portal.core.access import Refused
from stewards.enums import RequestState
from stewards.models import HelpRequest, StandIn
from stewards.timeline import both_names

MOST = 60  # to choose from
MOST_TOLD = 15  # of one note: what is said to everybody is heard by nobody
People = list[dict[str, Any]]
_END = r"(?![A-Za-z0-9])"  # “@Chen Jingyi” is nobody called Chen Jing


def who_may_see(request: HelpRequest) -> QuerySet[User]:
    """The same people as `relations.rules.may_see` says yes to, as one query, by name."""
    staff = Q(roles__overlap=[Role.STEWARD, Role.HANDLER])
    seen = Q(roles__contains=[Role.ADMIN]) | staff & Q(pk__in=filter(None, (request.steward_id, request.handler_id)))
    if request.department_id:
        seen |= staff & Q(department=request.department_id)
    if request.steward_id:
        instead = StandIn.objects.for_steward().filter(request=request.pk)
        seen |= Q(roles__contains=[Role.STEWARD], pk__in=instead.values("person"))
    if request.state == RequestState.SUBMITTED:
        seen |= Q(roles__contains=[Role.STEWARD])
    return User.objects.filter(seen, is_active=True).order_by("name_en", "pk")


def rows_of(people: QuerySet[User]) -> Any:
    """As a column of a bigger query."""
    names = JSONObject(pk="pk", zh="name_zh", en="name_en", email="email")
    return ArraySubquery(people.values(json=names)[:MOST])


def people_of(request: HelpRequest) -> People:
    """Read once for a request, or laid there by the page that has read them with the rest (beside.read)."""
    known: People | None = getattr(request, "_people_to_tell", None)
    if known is None:
        rows: Any = who_may_see(request).values("pk", "email", zh=F("name_zh"), en=F("name_en"))
        known = list(rows[:MOST])
        lay(request, known)
    return known


def lay(request: HelpRequest, people: People) -> None:
    request._people_to_tell = people  # type: ignore[attr-defined]


def told_of(request: HelpRequest, also: Iterable[User], by: Any) -> list[User]:
    """Those who are told; Refused for somebody who may not see the request."""
    told = [person for person in also if person.pk != by.pk]
    if len(told) > MOST_TOLD:
        raise Refused(_("At most %(most)d people can be told of a note.") % {"most": MOST_TOLD})
    seeing = set(who_may_see(request).filter(pk__in=[person.pk for person in told]).values_list("pk", flat=True))
    for person in told:
        if person.pk not in seeing:
            raise Refused(_("%(name)s does not see this request and cannot be told of it.") % {"name": person.name})
    return told


def kept(told: list[User]) -> dict[str, Any]:
    """As the note's timeline entry keeps it."""
    return {"told": [both_names(person) for person in told]} if told else {}


def choices(request: HelpRequest, without: int | None = None) -> list[tuple[str, str]]:
    """For the list “Also tell”."""
    return [(str(each["pk"]), name_of(each)) for each in people_of(request) if each["pk"] != without]


def named_in(text: str, request: HelpRequest) -> set[int]:
    """Keys of the people whose name stands in the text after an @, the longest name first."""
    if "@" not in text and "＠" not in text:
        return set()
    text = text.replace("＠", "@")
    called: dict[str, set[int]] = {}
    for each in people_of(request):
        for name in filter(None, (each["zh"], each["en"])):
            called.setdefault(name, set()).add(each["pk"])
    found: set[int] = set()
    for name in sorted(called, key=len, reverse=True):
        named = re.compile(rf"(?<![A-Za-z0-9._-])@{re.escape(name)}" + (_END if name[-1].isascii() else ""))
        if named.search(text):
            found |= called[name]
            text = named.sub(" ", text)
    return found


def name_of(person: dict[str, Any]) -> str:
    names = (person["zh"], person["en"]) if bilingual.current() == "zh-hans" else (person["en"], person["zh"])
    return names[0] or names[1] or str(person["email"]).partition("@")[0]
