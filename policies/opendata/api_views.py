"""The open data's JSON API, read only; policies/opendata/api_schema.py describes what it answers."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from policies.content import apply_content
from policies.enums import RevisionState
from policies.models import Policy, PolicyQuerySet, Revision
from policies.opendata.api_schema import openapi
from policies.opendata.data import address, policies_as_data, version_as_data, versions_as_data
from policies.search.queries import selected, wanted_from
from portal.core.calendar import local_day
from portal.core.openly import for_programs, kept
from portal.core.problems import problem

SIZE = 50
_PLACE = re.compile(r"[0-9]{1,18}")


def answer(content: Any) -> HttpResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def published() -> PolicyQuerySet:
    return Policy.objects.published().select_related("department", "replaced_by").defer("search")


def newest_change(**_arguments: Any) -> datetime | None:
    """When the last of all published policies changed."""
    changed: datetime | None = Policy.objects.published().aggregate(changed=Max("changed_at"))["changed"]
    return changed


def change_of(slug: str, **_arguments: Any) -> datetime:
    changed: datetime = get_object_or_404(Policy.objects.published().values_list("changed_at", flat=True), slug=slug)
    return changed


@for_programs
@kept(newest_change)
def policies(request: HttpRequest) -> HttpResponse:
    """A page of policies with the filters of the list people see; `after` is the number of the page before's last."""
    day, after = local_day(), request.GET.get("after", "")
    if after and not _PLACE.fullmatch(after):
        return problem(400, _("“after” must be the one of the “next” address of the page before."))
    found = selected(wanted_from(request.GET), day).select_related("department", "replaced_by").defer("search")
    if after:
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: SIZE + 1])
    more, rows = len(rows) > SIZE, rows[:SIZE]
    following = _next(request, rows[-1].pk) if more else None
    return answer({"policies": policies_as_data(rows, day), "next": following})


def _next(request: HttpRequest, last: int) -> str:
    asked = {name: value for name, value in request.GET.items() if name not in ("after", "page")}
    return f"{address('open:policies')}?{urlencode({**asked, 'after': last})}"


@for_programs
@kept(change_of)
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(published(), slug=slug)
    numbers = Revision.objects.filter(policy=found, state=RevisionState.PUBLISHED).order_by("-number")
    versions = numbers.values_list("number", "decided_at")
    data = policies_as_data([found], local_day())[0]
    return answer(data | {"versions": versions_as_data(found, [(n or 0, at) for n, at in versions])})


@for_programs
@kept(change_of)
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    current = get_object_or_404(published(), slug=slug)
    revision = get_object_or_404(Revision.objects.filter(policy=current, state=RevisionState.PUBLISHED), number=number)
    written = Policy(slug=slug, stale=revision.stale)
    apply_content(written, revision.content)
    return answer(version_as_data(revision, current, written))


@for_programs
@kept(lambda: None)
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return answer(openapi())
