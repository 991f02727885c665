"""The lists the service centre keeps: categories in two levels, tags, and the usual steps by type."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.deletion import ProtectedError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.enums import OPEN_STATES, EventKind, RequestState, RequestType
from stewards.models import (
    HelpRequest,
    RequestCategory,
    RequestEvent,
    RequestTag,
    StewardProfile,
    Tag,
    UsualSteps,
)
from stewards.relations import rules
from stewards.timeline import both_names

MOST_CATEGORIES = 200
MOST_STEPS = 20
Names = dict[str, str]


def add_category(*, by: Any, names: Names, parent: RequestCategory | None = None) -> RequestCategory:
    """At the end of its level."""
    require(rules.may_keep_lists(by))
    if RequestCategory.objects.count() >= MOST_CATEGORIES:
        raise Refused(_("There are %(most)d categories: more, and nobody finds theirs.") % {"most": MOST_CATEGORIES})
    with transaction.atomic():
        _fit(None, _all_locked().get(parent.pk) if parent else None)
        _alone(names, parent)
        last = RequestCategory.objects.filter(parent=parent).last()
        return RequestCategory.objects.create(parent=parent, place=last.place + 1 if last else 1, **names)


def change_category(
    category: RequestCategory, *, by: Any, names: Names, parent: RequestCategory | None
) -> RequestCategory:
    """Other names, or another place in the tree."""
    require(rules.may_keep_lists(by))
    with transaction.atomic():
        tree = _all_locked()
        locked = _in(tree, category)
        _fit(locked, tree.get(parent.pk) if parent else None)
        _alone(names, parent, locked.pk)
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


def merge_category(category: RequestCategory, into: RequestCategory, *, by: Any) -> int:
    """Its open requests, and the drafts, are filed under the other one; what is over keeps it, and it is retired.

    What was promised to these requests stays. Stewards who take its requests take the other's. Returns how many."""
    require(rules.may_keep_lists(by))
    with transaction.atomic():
        tree = _all_locked()
        gone, goal = _in(tree, category), _in(tree, into)
        if gone.pk in (goal.pk, goal.parent_id):
            raise Refused(_("A category cannot be merged into itself or what is below it."))
        if not goal.active:
            raise Refused(_("The category “%(name)s” is no longer in use.") % {"name": goal.name})
        if gone.children.filter(active=True).exists():
            raise Refused(_("“%(name)s” has categories below it: move those first.") % {"name": gone.name})
        open_ones = HelpRequest.objects.filter(category=gone, state__in=[*OPEN_STATES, RequestState.DRAFT])
        keys = list(open_ones.select_for_update().order_by("pk").values_list("pk", "state"))
        HelpRequest.objects.filter(pk__in=[pk for pk, _state in keys]).update(category=goal)
        facts = {"actor": by, "internal": True, "data": {"category": both_names(goal)}}
        told = [pk for pk, state in keys if state != RequestState.DRAFT]
        RequestEvent.objects.bulk_create(
            (RequestEvent(request_id=pk, kind=EventKind.SORTED, **facts) for pk in told), batch_size=1_000
        )
        for profile in StewardProfile.objects.select_for_update().filter(categories__contains=[gone.pk]):
            profile.categories = list(dict.fromkeys(goal.pk if pk == gone.pk else pk for pk in profile.categories))
            profile.save(update_fields=["categories"])
        gone.active = False
        gone.save(update_fields=["active"])
    return len(told)


def remove_category(category: RequestCategory, *, by: Any) -> None:
    """Only one that nothing was ever filed under."""
    require(rules.may_keep_lists(by))
    try:
        with transaction.atomic():
            _locked(category).delete()
    except ProtectedError:
        raise Refused(_("“%(name)s” is in use: retire it instead.") % {"name": category.name})


def _locked(category: RequestCategory) -> RequestCategory:
    return _in(RequestCategory.objects.select_for_update().in_bulk([category.pk]), category)


def _in(rows: dict[int, RequestCategory], category: RequestCategory) -> RequestCategory:
    """As it is now; somebody may have removed it meanwhile."""
    found = rows.get(category.pk)
    if found is None:
        raise Refused(_("This category is no longer there."))
    return found


def _all_locked() -> dict[int, RequestCategory]:
    """Two people who change the tree at once do it one after the other; it is small."""
    rows = RequestCategory.objects.select_for_update(of=("self",)).select_related("parent").order_by("pk")
    return {each.pk: each for each in rows}


def _alone(names: Names, parent: RequestCategory | None, own: int | None = None) -> None:
    """Of one name in one place there is but one, also after a double click."""
    same = Q(name_zh_hans__iexact=names["name_zh_hans"]) | Q(name_en__iexact=names["name_en"])
    if RequestCategory.objects.filter(same, ~Q(pk=own or 0), parent=parent).exists():
        raise Refused(_("There is a category of this name here already."))


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
    given = [value.lower() for value in names.values() if value]
    taken = Tag.objects.annotate(_zh=Lower("name_zh_hans"), _en=Lower("name_en")).exclude(pk=tag.pk)
    if taken.filter(Q(_zh__in=given) | Q(_en__in=given)).exists():  # a tag answers to both its names
        raise Refused(_("Another tag has this name: merge the two."))
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
