"""From a draft to a public consultation, its withdrawal, and the policy that came of it. One verb per act.

Every verb: validate → atomic → lock → re-check → save(update_fields) → messages; triggers keep the audit trail.
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from policies.consultation import notices, rules
from policies.consultation.enums import Stage
from policies.models import Consultation, ConsultationClause, Policy
from portal.core.access import Refused, Verdict, require

FIELDS = (
    *("title_zh_hans", "title_en", "reason_zh_hans", "reason_en", "short_reason_zh_hans", "short_reason_en"),
    *("department", "policy", "inclusive", "opens_on", "closes_on"),
)
TEXTS = ("text_zh_hans", "text_en")
MOST_CLAUSES = 200
LONGEST_CLAUSE = 5_000
LONGEST_SLUG = 70
LONGEST_REMARK = 2_000
SLUGS = 0x434F4E  # of pg_advisory_xact_lock
Content = Mapping[str, Any]
Rule = Callable[[User, Consultation], Verdict]


class Overtaken(Refused):
    """Somebody else saved since the page was opened; `current` is the row as it is now."""

    def __init__(self, current: models.Model) -> None:
        self.current = current
        super().__init__(
            _("Somebody else saved this meanwhile. What they wrote is shown below; nothing of yours is lost.")
        )


def begin(*, by: User, content: Content) -> Consultation:
    require(rules.may_begin(by))
    consultation = Consultation(author=by, writers=[by.pk], slug=f"draft-{uuid.uuid4().hex[:12]}")
    with transaction.atomic():
        _fill(consultation, content)
        consultation.save()
    return consultation


def save(consultation: Consultation, *, by: User, content: Content, seen: int) -> Consultation:
    """Keep title, reason, department and days. `seen`: the lock_version that they were written from."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_write)
        unseen(locked, seen, content)
        _fill(locked, content)
        _touch(locked, by, *FIELDS)
    return locked


def save_clause(
    consultation: Consultation, *, by: User, number: int, content: Content, clause: int | None = None, seen: int = 0
) -> ConsultationClause:
    """A new article, or `clause` changed; `seen` is then that article's lock_version."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_write)
        row = locked.clauses.select_for_update().filter(pk=clause).first() if clause is not None else None
        if clause is not None and row is None:
            raise Refused(_("This article has been removed meanwhile."))
        if row is None:
            row = ConsultationClause(consultation=locked)
        else:
            unseen(row, seen, {"number": number, **content})
        row.number = number
        for name in TEXTS:
            setattr(row, name, content[name])
        _fits(locked, row)
        row.lock_version += 1
        row.save()
        _touch(locked, by)
    return row


def remove_clause(consultation: Consultation, clause: int, *, by: User) -> None:
    """A second click changes nothing."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_write)
        if locked.clauses.filter(pk=clause).delete()[0]:
            _touch(locked, by)


def paste_clauses(
    consultation: Consultation, *, by: User, texts: Mapping[str, Mapping[int, str]], seen: int
) -> Consultation:
    """Take over articles that were split from pasted text: column → number → text.

    A language that was pasted replaces what stood in it; one that was not pasted stays as it is.
    """
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_write)
        if locked.lock_version != seen:
            raise Refused(_("Somebody else changed the draft meanwhile. Look at the preview again."))
        known = {clause.number: clause for clause in locked.clauses.select_for_update()}
        for number in sorted(set().union(*texts.values()) - set(known)):
            known[number] = ConsultationClause(consultation=locked, number=number)
        for number, clause in known.items():
            for column, split in texts.items():
                setattr(clause, column, split.get(number, ""))
            if not any(getattr(clause, column) for column in TEXTS):
                clause.delete() if clause.pk else None
                continue
            _fits(locked, clause)
            clause.lock_version += 1
            clause.save()
        _touch(locked, by)
    return locked


def send(consultation: Consultation, *, by: User) -> Consultation:
    """To review; the reviewers who wrote nothing of it hear of it in their digest."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_send)
        move(locked, Stage.IN_REVIEW, remark="")
        notices.tell_reviewers(locked, by)
    return locked


def take_back(consultation: Consultation, *, by: User) -> Consultation:
    """Draft or answers, before the review is done."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_take_back)
        move(locked, _before(locked))
    return locked


def send_back(consultation: Consultation, *, by: User, text: str) -> Consultation:
    """Return draft or answers to those who write them, with a remark."""
    if not text.strip():
        raise Refused(_("Say what should be changed."))
    if len(text.strip()) > LONGEST_REMARK:
        raise Refused(_("A remark has at most %(most)s characters.") % {"most": f"{LONGEST_REMARK:,}"})
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_decide)
        move(locked, _before(locked), remark=text.strip(), reviewer=by)
        notices.tell_author(locked, by, "returned")
    return locked


def publish(consultation: Consultation, *, by: User, seen: int) -> Consultation:
    """The draft becomes public; comments are taken from its first to its last day. `seen`: what was read."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_publish)
        require(rules.in_stage(locked, Stage.IN_REVIEW))
        still(locked, seen)
        slug = _free_slug(locked)
        move(locked, Stage.RELEASED, slug=slug, reviewer=by, published_at=timezone.now(), remark="")
        notices.tell_author(locked, by, "published")
    return locked


def withdraw(consultation: Consultation, *, by: User, reason_zh_hans: str, reason_en: str) -> Consultation:
    """Of a public one the page stays and says why; a draft disappears from the desk's lists of open work."""
    reasons = {"withdrawn_reason_zh_hans": reason_zh_hans.strip(), "withdrawn_reason_en": reason_en.strip()}
    if not all(reasons.values()):
        raise Refused(_("Say why in both languages."))
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_withdraw)
        move(locked, Stage.WITHDRAWN, **reasons)
    return locked


def name_outcome(consultation: Consultation, *, by: User, policy: Policy | None) -> Consultation:
    """Link the published policy that came of it, or take the link away."""
    if policy is not None and policy.published_at is None:
        raise Refused(_("The policy has not been published."))
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_name_outcome)
        locked.outcome = policy
        locked.save(update_fields=["outcome"])
    return locked


# --- pieces, of the answering too -----------------------------------------------------------------------------------


def lock(consultation: Consultation, by: User, rule: Rule) -> Consultation:
    locked: Consultation = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    require(rule(by, locked))
    return locked


def unseen(row: Any, seen: int, content: Content) -> None:
    """Overtaken when somebody saved something else since `seen`."""
    if row.lock_version != seen and any((getattr(row, name) or "") != (value or "") for name, value in content.items()):
        raise Overtaken(row)


def still(consultation: Consultation, seen: int) -> None:
    if consultation.lock_version != seen:
        raise Refused(_("The text has changed since you opened this page. Please read it again."))


def move(consultation: Consultation, stage: Stage, **fields: Any) -> None:
    consultation.stage = stage
    consultation.changed_at = timezone.now()
    for name, value in fields.items():
        setattr(consultation, name, value)
    consultation.save(update_fields=["stage", "changed_at", *fields])


def _before(consultation: Consultation) -> Stage:
    return Stage.DRAFT if consultation.stage == Stage.IN_REVIEW else Stage.RELEASED


def _fill(consultation: Consultation, content: Content) -> None:
    for name in FIELDS:
        if name in content:
            setattr(consultation, name, content[name])
    if not (consultation.title_zh_hans or consultation.title_en):  # type: ignore[attr-defined]
        raise Refused(_("Give a title in at least one language."))
    if consultation.opens_on and consultation.closes_on and consultation.closes_on < consultation.opens_on:
        raise Refused(_("The last day lies before the first."))


def _touch(consultation: Consultation, by: User, *fields: str) -> None:
    """Count a change, and remember who made it: they cannot review it."""
    consultation.lock_version += 1
    consultation.changed_at = timezone.now()
    if by.pk not in consultation.writers:
        consultation.writers = [*consultation.writers, by.pk]
    consultation.save(update_fields=[*fields, "lock_version", "changed_at", "writers"])


def _fits(consultation: Consultation, clause: ConsultationClause) -> None:
    """The article's number is free, and neither it nor the draft is too long."""
    others = consultation.clauses.exclude(pk=clause.pk)
    if others.filter(number=clause.number).exists():
        raise Refused(_("There is an article %(number)s already.") % {"number": clause.number})
    if not clause.pk and others.count() >= MOST_CLAUSES:
        raise Refused(_("A draft has at most %(most)s articles.") % {"most": MOST_CLAUSES})
    if any(len(getattr(clause, column) or "") > LONGEST_CLAUSE for column in TEXTS):
        told = {"clause": str(clause), "most": LONGEST_CLAUSE}
        raise Refused(_("%(clause)s is longer than %(most)s characters.") % told)


def _free_slug(consultation: Consultation) -> str:
    """From the English title; with a number behind it when it is taken. One at a time, until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SLUGS])
    whole = slugify(consultation.title_en)  # type: ignore[attr-defined]
    cut = whole if len(whole) <= LONGEST_SLUG else whole[: LONGEST_SLUG + 1].rpartition("-")[0]
    base = (cut or whole[:LONGEST_SLUG]).strip("-") or "consultation"
    taken = set(Consultation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
