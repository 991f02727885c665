"""What is done with batches, candidates and assignments."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from outreach.enums import CandidateState
from outreach.models import Assignment, Candidate, Observer, ObserverBatch, Occasion, Place
from outreach.observers import messages
from outreach.observers.queries import holds, is_open
from outreach.rules import may_organise
from policies.models import Policy
from portal.core import bilingual
from portal.core.access import Refused, require

TEXTS = ("name", "call", "result")


def write(batch: ObserverBatch | None, *, by: Any, facts: dict[str, Any]) -> ObserverBatch:
    """A new batch, or other facts about one. What is public stays complete in both languages."""
    require(may_organise(by))
    with transaction.atomic():
        row = ObserverBatch.objects.select_for_update().get(pk=batch.pk) if batch else ObserverBatch()
        for name, value in facts.items():
            setattr(row, name, value)
        if row.published_at:
            _require_both(row)
        row.save(update_fields=[*facts] if batch else None)
    return row


def publish(batch: ObserverBatch, *, by: Any) -> ObserverBatch:
    """From now on everybody reads it; a second time changes nothing."""
    require(may_organise(by))
    with transaction.atomic():
        row = ObserverBatch.objects.select_for_update().get(pk=batch.pk)
        if row.published_at is None:
            _require_both(row)
            row.published_at = timezone.now()
            row.save(update_fields=["published_at"])
    return row


def _require_both(row: ObserverBatch) -> None:
    words = {
        "name": {"zh-hans": _("the name in Chinese"), "en": _("the name in English")},
        "call": {"zh-hans": _("the call in Chinese"), "en": _("the call in English")},
        "result": {"zh-hans": _("the result in Chinese"), "en": _("the result in English")},
    }
    missing = []
    for name in TEXTS:
        texts = {lang: getattr(row, f"{name}_{bilingual.SUFFIX[lang]}") or "" for lang in bilingual.LANGUAGES}
        needed = name == "name" or (name == "call" and row.apply_from) or any(texts.values())
        missing += [words[name][lang] for lang, text in texts.items() if needed and not text.strip()]
    if missing:
        raise Refused(_("Missing for publication: %(what)s.") % {"what": ", ".join(missing)})


def apply(batch: ObserverBatch, *, by: Any, facts: dict[str, str]) -> Candidate:
    """Once for each batch, within the dates of its call; whoever withdrew can apply again."""
    if by.is_official:
        raise Refused(_("Officials cannot be public observers."))
    with transaction.atomic():
        current = ObserverBatch.objects.select_for_update().get(pk=batch.pk)
        if not is_open(current):
            raise Refused(_("Applications for this batch are not open."))
        row = Candidate.objects.filter(batch=current, user=by).first() or Candidate(batch=current, user=by)
        if row.pk and row.state != CandidateState.WITHDRAWN:
            raise Refused(_("You have applied for this batch already."))
        row.state, row.consent_at = CandidateState.APPLIED, timezone.now()
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()
    return row


def withdraw(candidate: Candidate, *, by: Any) -> Candidate:
    """What was said in the application is deleted with it."""
    with transaction.atomic():
        row = _candidate(candidate)
        if row.user_id != by.pk or row.state not in (CandidateState.APPLIED, CandidateState.WITHDRAWN):
            raise Refused(_("This application can no longer be withdrawn."))
        row.state, row.phone, row.languages, row.background, row.motivation = CandidateState.WITHDRAWN, "", "", "", ""
        row.save(update_fields=["state", "phone", "languages", "background", "motivation"])
    return row


def appoint(candidate: Candidate, *, by: Any) -> Observer:
    """A second time gives the same observer back."""
    require(may_organise(by))
    with transaction.atomic():
        row = _candidate(candidate)
        if row.state == CandidateState.APPOINTED:
            return row.observer
        if row.state != CandidateState.APPLIED:
            raise Refused(_("This application is decided or withdrawn."))
        batch = ObserverBatch.objects.select_for_update().get(pk=row.batch_id)
        if not (batch.term_begins and batch.term_ends):
            raise Refused(_("Set the term of the batch first."))
        number = batch.observers.count() + 1
        if batch.places and number > batch.places:
            raise Refused(_("All places of this batch are taken."))
        _decide(row, CandidateState.APPOINTED, by)
        certificate = f"{batch.number:02d}-{number:03d}"
        observer = Observer.objects.create(batch=batch, candidate=row, user=row.user, certificate=certificate)
        messages.appointed(observer)
    return observer


def decline(candidate: Candidate, *, by: Any, reason: str) -> Candidate:
    require(may_organise(by))
    if not reason.strip():
        raise Refused(_("Give the reason: the person reads it."))
    with transaction.atomic():
        row = _candidate(candidate)
        if row.state != CandidateState.APPLIED:
            raise Refused(_("This application is decided or withdrawn."))
        _decide(row, CandidateState.DECLINED, by, reason.strip())
        messages.declined(row)
    return row


def _candidate(candidate: Candidate) -> Candidate:
    rows = Candidate.objects.select_for_update(of=("self",)).select_related("batch", "user")
    return rows.get(pk=candidate.pk)


def _decide(row: Candidate, state: str, by: Any, reason: str = "") -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, by, timezone.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])


def assign(
    observers: Iterable[Observer],
    *,
    by: Any,
    department: Department,
    tasks: dict[str, str],
    due_on: date | None = None,
    policy: Policy | None = None,
    place: Place | None = None,
    occasion: Occasion | None = None,
) -> list[Assignment]:
    """The same to each of them; only observers whose term has not ended."""
    require(may_organise(by))
    texts = {f"task_{bilingual.SUFFIX[lang]}": tasks.get(lang, "").strip() for lang in bilingual.LANGUAGES}
    if not all(texts.values()):
        raise Refused(_("Say in both languages what to look at."))
    about = {"department": department, "policy": policy, "place": place, "occasion": occasion, "due_on": due_on}
    made = []
    with transaction.atomic():
        for observer in observers:
            if not holds(observer):
                raise Refused(_("The term of %(name)s does not run.") % {"name": observer.candidate.name})
            row = Assignment.objects.create(observer=observer, by=by, **about, **texts)
            messages.assigned(row)
            made.append(row)
    if not made:
        raise Refused(_("Choose at least one observer."))
    return made


def take_back(assignment: Assignment, *, by: Any) -> Assignment:
    """What was sent in for it stays; nothing new can be written."""
    require(may_organise(by))
    with transaction.atomic():
        row = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at"])
    return row
