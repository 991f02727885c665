"""What is done with batches, candidates and assignments."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from outreach.enums import CandidateState, TermEnd
from outreach.models import Assignment, Candidate, Observer, ObserverBatch, Occasion, Place
from outreach.observers import messages
from outreach.observers.queries import holds, is_open
from outreach.rules import may_organise, may_publish
from policies.models import Policy
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day

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
        row.author = by
        row.save(update_fields=[*facts, "author"] if batch else None)
    return row


def publish(batch: ObserverBatch, *, by: Any) -> ObserverBatch:
    """From now on everybody reads it; by somebody else than who wrote it. A second time changes nothing."""
    with transaction.atomic():
        row = ObserverBatch.objects.select_for_update().get(pk=batch.pk)
        require(may_publish(by, row.author_id))
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


def end_term(observer: Observer, *, by: Any, how: str, on: date, why: str) -> Observer:
    """Before the batch's term is over: resigned, or removed, with the reason. What is due later
    and was not begun is withdrawn; what they sent stays. Once: a second time is refused."""
    require(may_organise(by))
    if how not in TermEnd.values or not why.strip():
        raise Refused(_("Say how the term ends, and why: the observer reads it."))
    with transaction.atomic():
        rows = Observer.objects.select_for_update(of=("self",)).select_related("batch", "user", "candidate")
        row = rows.get(pk=observer.pk)
        if row.ended_on is not None:
            raise Refused(_("This term was ended already."))
        first, last = row.batch.term_begins, row.batch.term_ends
        if not (first and last and first <= on <= last):
            raise Refused(_("Choose a day within the term of the batch."))
        if on < local_day():
            raise Refused(_("Choose today or a day that is still to come."))
        row.ended_on, row.ended_how, row.ended_why = on, how, why.strip()
        row.save(update_fields=["ended_on", "ended_how", "ended_why"])
        untouched = row.assignments.filter(withdrawn_at=None, due_on__gt=on, observations=None)
        untouched.update(withdrawn_at=timezone.now())
        messages.term_ended(row)
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
