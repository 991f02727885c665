"""What a request is filed under: its type, one category and any number of tags."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.acts import Act, lock
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestCategory, RequestTag, Tag
from stewards.parts import folding
from stewards.queries import asking_people
from stewards.relations import messages, rules
from stewards.relations.promises import shorter
from stewards.timeline import both_names
from stewards.transitions import Verb

MOST_TAGS = 10
MAX_NAME = 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_BETWEEN = re.compile(r"[,，、;；\n]+")


def set_category(request: HelpRequest, category: RequestCategory | None, *, by: Any) -> HelpRequest:
    """File the request; unless the promise gets shorter by it, nobody's page becomes out of date."""
    return sort(request, by=by, category=category)


def sort(request: HelpRequest, *, by: Any, category: RequestCategory | None, type: str | None = None) -> HelpRequest:
    """Another type or category. Where the service standard then promises less time, the date follows; it is never
    put off by sorting (`promises.shorter`). The enterprise is told of another type and of another date."""
    require(rules.may_arrange(by, request))
    with transaction.atomic():
        locked = lock(request)
        require(rules.may_arrange(by, locked))
        changed = _changes(locked, category, type or locked.type, by)
        if not changed:
            return locked
        act = Act(Verb.NOTE, locked, by)
        act.change(**changed)
        data: dict[str, Any] = {"category": both_names(category)} if category else {}
        if "type" in changed:
            data["type"] = locked.type
        parts = _promise(act, data)
        public = bool(parts is not None or "type" in changed)
        if public:
            act.change(lock_version=locked.lock_version + 1, changed_at=act.now)
        act.record(EventKind.SORTED, internal=not public, data=data)
        if public:
            act.tell(asking_people(locked), messages.sorted_anew, urgent=False)
            act.tell([locked.steward, locked.handler], messages.sorted_for_desk, urgent=parts is not None)
        folding.tell(act, parts or {})
        act.save()
    return locked


def _changes(request: HelpRequest, category: RequestCategory | None, type: str, by: Any) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if request.category_id != (category and category.pk):
        if category is not None and not category.active:
            raise Refused(_("The category “%(name)s” is no longer in use.") % {"name": category.name})
        changed["category"] = category
    if request.type != type:
        require(rules.may_retype(by, request, type))
        changed["type"] = type
    return changed


def _promise(act: Act, data: dict[str, Any]) -> dict[str, list[str]] | None:
    """The shorter promise, if there is one, with the parts that become due earlier; kept in the entry's data."""
    request, before = act.request, act.request.due_on
    promise = shorter(request, act.now)
    if promise is None or before is None:
        return None
    act.change(due_on=promise.deadline.day, due_provisional=promise.deadline.provisional, promised_days=promise.days)
    data |= {"due_on": promise.deadline.day.isoformat(), "due_before": before.isoformat()}
    return folding.cut(request)


def names_in(text: str) -> list[str]:
    """The tags that somebody typed, divided by commas of either script; each once, whatever its case."""
    bare = [" ".join(name.split()).lstrip("#＃ ") for name in _BETWEEN.split(text)]
    return list({name.casefold(): name for name in bare if name}.values())


def set_tags(request: HelpRequest, names: Iterable[str], *, by: Any, shown: Iterable[str] | None = None) -> list[Tag]:
    """These tags; a word that the district's list does not know yet joins it.

    `shown`: those that the page showed. What a colleague has added since stays, and what they took away stays away."""
    require(rules.may_arrange(by, request))
    with transaction.atomic():
        require(rules.may_arrange(by, lock(request)))
        tags, there = tags_of(names), [each.tag for each in request.tagged.select_related("tag").order_by("pk")]
        if shown is None:
            kept, new = [], tags
        else:
            known = [tag for tag in map(find, shown) if tag is not None]
            kept = [tag for tag in there if tag in tags or tag not in known]
            new = [tag for tag in tags if tag not in known and tag not in kept]
        if len(kept) + len(new) > MOST_TAGS:
            raise Refused(_("A request has at most %(most)d tags.") % {"most": MOST_TAGS})
        request.tagged.exclude(tag__in=[*kept, *new]).delete()
        put(request, new, by=by)
    return [*kept, *new]


def tags_of(names: Iterable[str]) -> list[Tag]:
    """The tags of these names, new ones among them, no more than a request has room for."""
    names = list(names)
    if len(names) > MOST_TAGS:
        raise Refused(_("A request has at most %(most)d tags.") % {"most": MOST_TAGS})
    long = next((name for name in names if len(name) > MAX_NAME), None)
    if long:
        words = _("“%(name)s” is too long for a tag: at most %(most)d characters.")
        raise Refused(words % {"name": long[:MAX_NAME], "most": MAX_NAME})
    return [_tag(name) for name in names]


def put(request: HelpRequest, tags: Iterable[Tag], *, by: Any) -> None:
    """Tags onto a request whose row is locked."""
    rows = [RequestTag(request=request, tag=tag, by=by, at=timezone.now()) for tag in dict.fromkeys(tags)]
    RequestTag.objects.bulk_create(rows, ignore_conflicts=True)


def _tag(name: str) -> Tag:
    """The tag of that name in either language, or a new one; two people at once make but one."""
    known = find(name)
    if known is None:
        Tag.objects.bulk_create([Tag(**{column_of(name): name})], ignore_conflicts=True)
        known = find(name)
    assert known is not None
    return known


def find(name: str) -> Tag | None:
    tags = Tag.objects.annotate(_zh=Lower("name_zh_hans"), _en=Lower("name_en"), _name=Lower(Value(name)))
    return tags.filter(Q(_zh=F("_name")) | Q(_en=F("_name"))).order_by("pk").first()


def column_of(text: str) -> str:
    """The column of the language it is written in: with a Chinese character in it, it is Chinese."""
    return "name_zh_hans" if _HAN.search(text) else "name_en"
