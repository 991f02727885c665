"""Tags on several requests at once, and taking that back: of each request exactly those that the act changed.

A tag makes nobody's page out of date, so that nobody acted since is asked of the tags themselves.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.models import HelpRequest, RequestTag, Tag
from stewards.relations import rules, sorting

TAG, UNTAG = "tag", "untag"
Kept = dict[str, Any]


def tag(request: HelpRequest, *, by: Any, names: Collection[str]) -> Kept:
    """Put the tags on the locked request; those that it did not have are kept for taking back."""
    require(rules.may_arrange(by, request))
    had = set(request.tagged.values_list("tag", flat=True))
    new = [each for each in dict.fromkeys(sorting.tags_of(names)) if each.pk not in had]
    if not new:
        raise Refused(_("It has this tag already."))
    if len(had) + len(new) > sorting.MOST_TAGS:
        raise Refused(_("A request has at most %(most)d tags.") % {"most": sorting.MOST_TAGS})
    sorting.put(request, new, by=by)
    return {"tags": [each.pk for each in new]}


def untag(request: HelpRequest, *, by: Any, names: Collection[str]) -> Kept:
    """Take the tags off the locked request; those that it had are kept for taking back."""
    require(rules.may_arrange(by, request))
    known = [each for each in map(sorting.find, names) if each is not None]
    there = request.tagged.filter(tag__in=known)
    gone = list(there.order_by("pk").values_list("tag", flat=True))
    if not gone:
        raise Refused(_("It does not have this tag."))
    there.delete()
    return {"tags": gone}


ACTS: dict[str, Callable[..., Kept]] = {TAG: tag, UNTAG: untag}


def take_back(request: HelpRequest, *, by: Any, verb: str, tags: Collection[int]) -> None:
    """Undo one of the two on the locked request; refused where somebody has changed these tags since."""
    require(rules.may_arrange(by, request))
    there = RequestTag.objects.filter(request=request, tag__in=tags)
    if verb == TAG:
        untouched = there.filter(by=by)
        if untouched.count() == len(tags):
            untouched.delete()
            return
    else:
        known = list(Tag.objects.filter(pk__in=tags))
        room = sorting.MOST_TAGS - request.tagged.count()
        if len(known) == len(tags) <= room and not there.exists():
            sorting.put(request, known, by=by)
            return
    raise Refused(_("Somebody has changed the tags of this request since."))
