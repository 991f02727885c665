"""What a request is filed under: one category and any number of tags."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.acts import lock
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestCategory, RequestEvent, RequestTag, Tag
from stewards.relations import rules
from stewards.timeline import both_names

MOST_TAGS = 10
MAX_NAME = 40
_HAN = re.compile(r"[\u3400-\u9fff]")
_BETWEEN = re.compile(r"[,，、;；\n]+")


def set_category(request: HelpRequest, category: RequestCategory | None, *, by: Any) -> HelpRequest:
    """File the request; nobody's page becomes out of date by it."""
    require(rules.may_arrange(by, request))
    with transaction.atomic():
        locked = lock(request)
        if locked.category_id == (category and category.pk):
            return locked
        if category is not None and not category.active:
            raise Refused(_("The category “%(name)s” is no longer in use.") % {"name": category.name})
        locked.category = category
        locked.save(update_fields=["category"])
        data = {"category": both_names(category)} if category else {}
        facts = {"actor": by, "at": timezone.now(), "internal": True, "data": data}
        RequestEvent.objects.create(request=locked, kind=EventKind.SORTED, **facts)
    return locked


def names_in(text: str) -> list[str]:
    """The tags that somebody typed, divided by commas of either script; each once, whatever its case."""
    names = {" ".join(name.split()).lstrip("#＃").casefold(): " ".join(name.split()) for name in _BETWEEN.split(text)}
    return [name.lstrip("#＃") for key, name in names.items() if key]


def set_tags(request: HelpRequest, names: Iterable[str], *, by: Any) -> list[Tag]:
    """Exactly these tags; a word that the district's list does not know yet joins it."""
    require(rules.may_arrange(by, request))
    names = list(names)
    if len(names) > MOST_TAGS:
        raise Refused(_("A request has at most %(most)d tags.") % {"most": MOST_TAGS})
    long = next((name for name in names if len(name) > MAX_NAME), None)
    if long:
        words = _("“%(name)s” is too long for a tag: at most %(most)d characters.")
        raise Refused(words % {"name": long[:MAX_NAME], "most": MAX_NAME})
    with transaction.atomic():
        lock(request)
        tags = [_tag(name) for name in names]
        request.tagged.exclude(tag__in=tags).delete()
        rows = [RequestTag(request=request, tag=tag, by=by, at=timezone.now()) for tag in dict.fromkeys(tags)]
        RequestTag.objects.bulk_create(rows, ignore_conflicts=True)
    return tags


def _tag(name: str) -> Tag:
    """The tag of that name in either language, or a new one; two people at once make but one."""
    known = find(name)
    if known is None:
        Tag.objects.bulk_create([Tag(**{column_of(name): name})], ignore_conflicts=True)
        known = find(name)
    assert known is not None
    return known


def find(name: str) -> Tag | None:
    low = Lower("name_zh_hans"), Lower("name_en")
    tags = Tag.objects.annotate(_zh=low[0], _en=low[1])
    return tags.filter(Q(_zh=name.lower()) | Q(_en=name.lower())).order_by("pk").first()


def column_of(text: str) -> str:
    """The column of the language it is written in: with a Chinese character in it, it is Chinese."""
    return "name_zh_hans" if _HAN.search(text) else "name_en"
