"""The checklist of a request: steps, who did them and when. The enterprise never sees it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.acts import lock
from stewards.models import HelpRequest, Step, UsualSteps
from stewards.relations import rules
from stewards.relations.catalogue import lines_of
from stewards.relations.sorting import column_of

MOST = 40


def add(request: HelpRequest, text: str, *, by: Any) -> list[Step]:
    """One step, or several: one a line."""
    texts = [{column_of(line).replace("name", "text"): line} for line in lines_of(text)]
    if not texts:
        raise Refused(_("Write the step."))
    if any(len(line) > 200 for line in lines_of(text)):
        raise Refused(_("A step has at most 200 characters."))
    return _append(request, texts, by)


def use_usual(request: HelpRequest, *, by: Any) -> list[Step]:
    """The steps that the service centre keeps for the type, in both languages; pressed twice they come once."""
    usual = UsualSteps.objects.filter(type=request.type).values_list("steps_zh_hans", "steps_en").first() or ("", "")
    pairs = zip(*(lines_of(steps or "") for steps in usual), strict=True)
    texts = [{"text_zh_hans": zh, "text_en": en} for zh, en in pairs]
    if not texts:
        raise Refused(_("No usual steps are kept for this type of request."))
    with transaction.atomic():
        lock(request)
        there = set(request.steps.values_list("text_zh_hans", flat=True))
        return _append(request, [each for each in texts if each["text_zh_hans"] not in there], by)


def tick(request: HelpRequest, step: int, *, by: Any, done: bool) -> Step:
    """Whoever ticks first did it; taking the tick away is possible, and the audit trail knows."""
    with transaction.atomic():
        locked = _locked(request, step, by)
        if bool(locked.done_at) != done:
            locked.done_by, locked.done_at = (by, timezone.now()) if done else (None, None)
            locked.save(update_fields=["done_by", "done_at"])
    return locked


def remove(request: HelpRequest, step: int, *, by: Any) -> None:
    """What was done stays."""
    with transaction.atomic():
        locked = _locked(request, step, by)
        if locked.done_at:
            raise Refused(_("This step is done: it stays on the list."))
        locked.delete()


def _append(request: HelpRequest, texts: list[dict[str, str]], by: Any) -> list[Step]:
    with transaction.atomic():
        require(rules.may_arrange(by, lock(request)))
        if request.steps.count() + len(texts) > MOST:
            raise Refused(_("A checklist has at most %(most)d steps.") % {"most": MOST})
        return [Step.objects.create(request=request, by=by, at=timezone.now(), **text) for text in texts]


def _locked(request: HelpRequest, step: int, by: Any) -> Step:
    """After the row of the request, as everywhere: what has left the person's desk meanwhile they change no more."""
    require(rules.may_arrange(by, lock(request)))
    found = Step.objects.select_for_update(of=("self",)).filter(request=request, pk=step).first()
    if found is None:
        raise Refused(_("This step is no longer on the list."))
    return found
