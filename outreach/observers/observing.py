"""An observation on its way: kept, sent to the department, answered, told to the public."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from outreach.enums import Aspect, ObservationState
from outreach.files import checked, keep
from outreach.models import Assignment, Observation, ObservationPicture
from outreach.observers import messages, pictures
from outreach.observers.queries import holds, is_answered
from outreach.rules import may_publish
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from portal.core.calendar import local_day
from stewards import messages as desk_messages
from stewards.acts import Act, lock
from stewards.asking.verbs import save_draft, submit
from stewards.enums import EventKind, RequestState, RequestType
from stewards.models import HelpRequest
from stewards.queries import handlers_of
from stewards.timeline import both_names
from stewards.transitions import Verb

S = ObservationState
WORDS = ("good", "better", "proposal")


def may_write(user: Any, assignment: Assignment) -> Verdict:
    """Only what was assigned to the person, and only while the term runs."""
    if assignment.observer.user_id != user.pk:
        return Denied(_("This was not assigned to you."))
    if assignment.withdrawn_at is not None:
        return Denied(_("This assignment was withdrawn."))
    if not holds(assignment.observer):
        return Denied(_("Your term does not run: what you sent can be read, nothing new can be written."))
    return Allowed()


def begin(assignment: Assignment, *, by: Any) -> Observation:
    """The draft on this assignment: the one that is kept, or a new one."""
    with transaction.atomic():
        Assignment.objects.select_for_update().get(pk=assignment.pk)
        row = _assignment(assignment.pk)
        require(may_write(by, row))
        draft = row.observations.filter(state=S.DRAFT).first()
        return draft or row.observations.create(seen_on=local_day(), language=bilingual.current())


def save(
    observation: Observation,
    *,
    by: Any,
    facts: dict[str, Any],
    points: dict[str, int],
    files: Iterable[UploadedFile] = (),
) -> Observation:
    """Keep what was written so far. What was sent stays as it was sent."""
    clean = [pictures.clean(file) for file in files]
    with transaction.atomic():
        row = _locked(observation, by)
        if row.state != S.DRAFT:
            raise Refused(_("This observation was sent in and can no longer be changed."))
        if facts["seen_on"] > local_day():
            raise Refused(_("The day lies in the future."))
        if set(points) - set(Aspect.values) or any(value not in range(1, 6) for value in points.values()):
            raise Refused(_("Give one to five points."))
        if row.pictures.count() + len(clean) > pictures.MOST:
            raise Refused(_("At most %(count)s pictures.") % {"count": pictures.MOST})
        for name in ("seen_on", *WORDS):
            setattr(row, name, facts[name])
        row.points, row.lock_version = points, row.lock_version + 1
        row.save(update_fields=["seen_on", *WORDS, "points", "lock_version"])
        for file in clean:
            ObservationPicture.objects.create(observation=row, file=keep(file, checked(file), by=by))
    return row


def drop_picture(picture: ObservationPicture, *, by: Any) -> None:
    with transaction.atomic():
        row = _locked(picture.observation, by)
        if row.state != S.DRAFT:
            raise Refused(_("This observation was sent in and can no longer be changed."))
        stored = picture.file
        picture.delete()
        storage, name = stored.file.storage, stored.file.name
        stored.delete()
        transaction.on_commit(lambda: storage.delete(name or ""))


def send(observation: Observation, *, by: Any) -> Observation:
    """To the responsible department, as a request with the deadline of the service standard. Twice is once."""
    with transaction.atomic():
        row = _locked(observation, by)
        if row.state != S.DRAFT:
            return row
        if not (row.better.strip() or row.good.strip()) or not row.points:
            raise Refused(_("Give points, and say what was good or what could be better."))
        row.request = _request(row, by)
        row.state, row.sent_at, row.lock_version = S.SENT, timezone.now(), row.lock_version + 1
        row.save(update_fields=["request", "state", "sent_at", "lock_version"])
    return row


def _request(row: Observation, by: Any) -> HelpRequest:
    assignment = row.assignment
    with bilingual.speaking(row.language):
        subject, body = _("Public observer: %(task)s") % {"task": assignment.task}, _body(row)
    made = save_draft(
        by=by,
        enterprise=None,
        policy=assignment.policy,
        type=RequestType.SUGGESTION,
        subject=subject[:200],
        body=body,
        language=row.language,
    )
    return _to_department(submit(made, by=by), assignment)


def _body(row: Observation) -> str:
    """What the department reads: points first, then the words."""
    points = "\n".join(f"{Aspect(name).label}: {value}/5" for name, value in row.points.items())
    parts = [
        (_("Seen on"), row.seen_on.isoformat()),
        (_("Responsible department"), row.assignment.department.name),
        (_("Points"), points),
        (_("What was good"), row.good),
        (_("What could be better"), row.better),
        (_("What is proposed"), row.proposal),
    ]
    return "\n\n".join(f"{label}\n{text}" for label, text in parts if text)


def _to_department(request: HelpRequest, assignment: Assignment) -> HelpRequest:
    """Whoever gave the assignment said which department answers. Without a steward the service centre hands it on."""
    locked = lock(request)
    if locked.state != RequestState.ASSIGNED:
        return locked
    department = assignment.department
    act = Act(Verb.REFER, locked, assignment.by)
    act.change(department=department, handler=None, assigned_at=act.now, lock_version=locked.lock_version + 1)
    reason = _("The assignment of the observer names this department.")
    act.record(EventKind.REFERRED, text=reason, data={"department": both_names(department)})
    act.tell(handlers_of(department.pk), desk_messages.referred_to_you, urgent=True)
    act.save()
    return locked


def may_reply(user: Any, observation: Observation) -> Verdict:
    """A handler of the responsible department, or the service centre."""
    theirs = user.department_id is not None and user.department_id == observation.assignment.department_id
    if user.has_role(Role.ADMIN) or (theirs and user.has_role(Role.HANDLER)):
        return Allowed()
    return Denied(_("Only the responsible department or the service centre writes the reply."))


def reply(observation: Observation, *, by: Any, texts: dict[str, str], seen: int) -> Observation:
    """What the public will read, in both languages, once somebody else publishes it."""
    with transaction.atomic():
        row = _on_desk(observation)
        require(may_reply(by, row))
        _require_seen(row, seen)
        if row.state == S.PUBLISHED:
            raise Refused(_("The reply is published already."))
        if not is_answered(row):
            raise Refused(_("Answer the request first; then the public reply can be written."))
        names = [*bilingual.columns("said"), *bilingual.columns("did")]
        if not all(texts.get(name, "").strip() for name in names):
            raise Refused(_("The reply has to be complete in both languages."))
        for name in names:
            setattr(row, name, texts[name].strip())
        row.state, row.reply_by, row.lock_version = S.ANSWERED, by, row.lock_version + 1
        row.answered_at = row.request.answered_at if row.request else None
        row.save(update_fields=[*names, "state", "reply_by", "answered_at", "lock_version"])
    return row


def publish(observation: Observation, *, by: Any, seen: int) -> Observation:
    """By somebody else than who wrote it, and only what they have read; a second time changes nothing."""
    with transaction.atomic():
        row = _on_desk(observation)
        require(may_publish(by, row.reply_by_id))
        if row.state == S.PUBLISHED:
            return row
        if row.state != S.ANSWERED:
            raise Refused(_("There is no reply to publish yet."))
        _require_seen(row, seen)
        row.state, row.publisher, row.published_at = S.PUBLISHED, by, timezone.now()
        row.lock_version += 1
        row.save(update_fields=["state", "publisher", "published_at", "lock_version"])
        messages.published(row)
    return row


def _require_seen(row: Observation, seen: int) -> None:
    if row.lock_version != seen:
        raise Refused(_("Somebody changed this in the meantime. Read it again first."))


def _assignment(pk: int) -> Assignment:
    return Assignment.objects.select_related("observer__batch", "department", "policy", "by").get(pk=pk)


def _on_desk(observation: Observation) -> Observation:
    rows = Observation.objects.select_for_update(of=("self",))
    return rows.select_related("assignment__observer__user", "request").get(pk=observation.pk)


def _locked(observation: Observation, by: Any) -> Observation:
    """The row as it is now, if the person may write on it; what was sent may be read again."""
    row = Observation.objects.select_for_update().get(pk=observation.pk)
    row.assignment = _assignment(row.assignment_id)
    verdict = may_write(by, row.assignment)
    if not verdict and not (row.state != S.DRAFT and row.assignment.observer.user_id == by.pk):
        raise Refused(verdict.reason)
    return row
