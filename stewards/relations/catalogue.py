"""The lists the service centre keeps: categories in two levels, tags, and the usual steps by type."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.enums import RequestType
from stewards.models import HelpRequest, RequestCategory, RequestTag, Tag, UsualSteps
from stewards.relations import rules

MOST_CATEGORIES = 200
MOST_STEPS = 20
Names = dict[str, str]


def add_category(*, by: Any, names: Names, parent: RequestCategory | None = None) -> RequestCategory:
    """At the end of its level."""
    require(rules.may_keep_lists(by))
    if RequestCategory.objects.count() >= MOST_CATEGORIES:
        raise Refused(_("There are %(most)d categories: more, and nobody finds theirs.") % {"most": MOST_CATEGORIES})
    with transaction.atomic():
        _fit(None, parent)
        last = RequestCategory.objects.select_for_update().filter(parent=parent).last()
        return RequestCategory.objects.create(parent=parent, place=last.place + 1 if last else 1, **names)


def change_category(
    category: RequestCategory, *, by: Any, names: Names, parent: RequestCategory | None
) -> RequestCategory:
    """Other names, or another place in the tree."""
    require(rules.may_keep_lists(by))
    with transaction.atomic():
        locked = _locked(category)
        _fit(locked, parent)
        for name, value in names.items():
            setattr(locked, name, value)
        if locked.parent_id != (parent and parent.pk):
            last = RequestCategory.objects.filter(parent=parent).last()
            locked.parent, locked.place = parent, last.place + 1 if last else 1
        locked.save(update_fields=[*names, "parent", "place"])
    return locked


def move_category(category: RequestCategory, *, by: Any, up: bool) -> None:
    """Change places with its neighbour of the same level; at the end of the list nothing happens."""
    require(rules.may_keep_lists(by))
    with transaction.atomic():
        siblings = list(RequestCategory.objects.select_for_update().filter(parent=category.parent_id))
        here = next((n for n, each in enumerate(siblings) if each.pk == category.pk), 0)
        there = here - 1 if up else here + 1
        if 0 <= there < len(siblings):
            siblings[here], siblings[there] = siblings[there], siblings[here]
        for place, each in enumerate(siblings, 1):
            if each.place != place:
                each.place = place
                each.save(update_fields=["place"])


def retire_category(category: RequestCategory, *, by: Any, active: bool) -> None:
    """Retired, it stays on the requests that have it and is offered no more; its second level goes with it."""
    require(rules.may_keep_lists(by))
    with transaction.atomic():
        locked = _locked(category)
        if active and locked.parent is not None and not locked.parent.active:
            raise Refused(_("“%(name)s” is retired: bring it back first.") % {"name": locked.parent.name})
        for each in [locked, *([] if active else locked.children.filter(active=True))]:
            each.active = active
            each.save(update_fields=["active"])


def remove_category(category: RequestCategory, *, by: Any) -> None:
    """Only one that nothing was ever filed under."""
    require(rules.may_keep_lists(by))
    try:
        with transaction.atomic():
            _locked(category).delete()
    except ProtectedError:
        raise Refused(_("“%(name)s” is in use: retire it instead.") % {"name": category.name})


def _locked(category: RequestCategory) -> RequestCategory:
    return RequestCategory.objects.select_for_update().get(pk=category.pk)


def _fit(category: RequestCategory | None, parent: RequestCategory | None) -> None:
    """Two levels and no more."""
    if parent is None:
        return
    if parent.parent_id is not None:
        raise Refused(_("There are two levels of categories: choose one of the first level."))
    if category and (category.pk == parent.pk or category.children.exists()):
        raise Refused(_("“%(name)s” has categories below it: move those first.") % {"name": category.name})


def rename_tag(tag: Tag, *, by: Any, names: Names) -> Tag:
    """In both languages; a name that another tag has is a case for merging."""
    require(rules.may_keep_lists(by))
    for name, value in names.items():
        setattr(tag, name, value or None)
    try:
        with transaction.atomic():
            tag.save(update_fields=list(names))
    except IntegrityError:
        raise Refused(_("Another tag has this name: merge the two."))
    return tag


def merge_tags(tag: Tag, into: Tag, *, by: Any) -> Tag:
    """What had the one has the other; names that the other lacks are taken over."""
    require(rules.may_keep_lists(by))
    if tag.pk == into.pk:
        raise Refused(_("A tag cannot be merged into itself."))
    with transaction.atomic():
        kept = {each.pk: each for each in Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk])}
        if len(kept) < 2:
            raise Refused(_("One of the two tags is no longer there."))
        both = RequestTag.objects.filter(tag=into).values("request")
        RequestTag.objects.filter(tag=tag, request__in=both).delete()
        RequestTag.objects.filter(tag=tag).update(tag=into)
        gone, goal = kept[tag.pk], kept[into.pk]
        names = gone.name_zh_hans, gone.name_en  # type: ignore[attr-defined]
        gone.delete()
        goal.name_zh_hans = goal.name_zh_hans or names[0]  # type: ignore[attr-defined]
        goal.name_en = goal.name_en or names[1]  # type: ignore[attr-defined]
        goal.save(update_fields=["name_zh_hans", "name_en"])
    return goal


def remove_tag(tag: Tag, *, by: Any) -> None:
    """From the list, and from every request that has it."""
    require(rules.may_keep_lists(by))
    with transaction.atomic():
        RequestTag.objects.filter(tag=tag).delete()
        Tag.objects.filter(pk=tag.pk).delete()


def set_usual_steps(type: str, *, by: Any, steps: dict[str, str]) -> UsualSteps:
    """One step a line, the same number of lines in both languages."""
    require(rules.may_keep_lists(by))
    if type not in RequestType.values:
        raise Refused(_("There is no such type of requests."))
    lines = {column: lines_of(text) for column, text in steps.items()}
    if len({len(each) for each in lines.values()}) > 1:
        raise Refused(_("Write as many lines in Chinese as in English: each line is one step."))
    if any(len(each) > MOST_STEPS or any(len(line) > 200 for line in each) for each in lines.values()):
        raise Refused(_("At most %(most)d steps of 200 characters each.") % {"most": MOST_STEPS})
    values = {column: "\n".join(each) for column, each in lines.items()}
    kept, _made = UsualSteps.objects.update_or_create(type=type, defaults=values)
    return kept


def lines_of(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def categories() -> QuerySet[RequestCategory]:
    """All of them as the service centre sees them: with whether anything is filed under them."""
    filed = HelpRequest.objects.filter(category=OuterRef("pk"))
    return RequestCategory.objects.annotate(used=Exists(filed)).order_by("place", "pk")
