"""The write-up of a visit: who was there, what was asked, what was promised; every promise becomes a request."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from engagement.acts import Act, acting
from engagement.enums import Verb, VisitState
from engagement.models import Promise, Visit
from engagement.workflow import mark_held
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from stewards.deskwork import recording
from stewards.enums import Channel, RequestType
from stewards.models import HelpRequest

FORMS = uuid.UUID("6f1de0f1-5f0c-4e8e-9a59-3d1b4b6a9c20")
MOST_PROMISES = 20


@dataclass(frozen=True, slots=True)
class Notes:
    present: str = ""
    heard: str = ""
    questions: str = ""


Said = tuple[str, date | None]


def write_up(
    visit: Visit, *, by: Any, notes: Notes, promises: Sequence[Said] = (), finish: bool = True, seen: int | None = None
) -> Visit:
    """Keep the notes; `finish` makes every promise a request in the same go, or nothing at all."""
    if finish and not (notes.present.strip() and notes.heard.strip()):
        raise Refused(_("Write down who was there and what was said."))
    with acting(Verb.WRITE_UP, visit, by=by, seen=seen) as act:
        if act.visit.state != VisitState.HELD:
            mark_held(act)
        act.change(**{name: getattr(notes, name).strip() for name in ("present", "heard", "questions")})
        _keep(act, promises[:MOST_PROMISES])
        if finish:
            for promise in act.visit.promises.filter(request=None):
                record_promise(promise, by=by)
            act.change(state=VisitState.WRITTEN_UP, written_at=act.now)
            act.record(Verb.WRITE_UP)
    return act.visit


def add_promise(visit: Visit, *, by: Any, text: str, due_on: date | None = None) -> HelpRequest:
    """A promise that came to mind after the write-up; it is a request at once."""
    with acting(Verb.PROMISE, visit, by=by) as act:
        known = act.visit.promises.filter(text=text.strip(), request__isnull=False).select_related("request").first()
        if known and known.request:
            return known.request  # sent twice
        return record_promise(_promise(act, text, due_on), by=by)


def record_promise(promise: Promise, *, by: Any) -> HelpRequest:
    """Make the promise a request of the enterprise, recorded on its behalf; a second call gives the same request."""
    with transaction.atomic():
        kept = (
            Promise.objects.select_for_update(of=("self",))
            .select_related("visit__enterprise", "request")
            .get(pk=promise.pk)
        )
        if kept.request is not None:
            return kept.request
        visit = kept.visit
        language = recording.language_of(visit.enterprise)
        with bilingual.speaking(language):
            words = {"day": day_plain(visit.day), "purpose": visit.purpose, "promise": kept.text}
            body = _("Promised on the visit of %(day)s (%(purpose)s): %(promise)s") % words
        kept.request = recording.record(
            by=by,
            enterprise=visit.enterprise,
            channel=Channel.VISIT,
            type=RequestType.HELP,
            subject=kept.text[:200],
            body=body,
            caller=(promise.visit.present.strip().splitlines() or [visit.enterprise.name])[0][:200],
            language=language,
            form_key=uuid.uuid5(FORMS, str(kept.pk)),
            due_on=kept.due_on,
        )
        kept.save(update_fields=["request"])
        Act(visit, by).record(Verb.PROMISE, f"{kept.request.number}: {kept.text}")
    return kept.request


def _keep(act: Act, promises: Sequence[Said]) -> None:
    """The promises as the form has them, each once; one that was there stays the same row, so that it is chased once
    and in time. What is a request already is not promised anew."""
    known = {promise.text: promise for promise in act.visit.promises.all()}
    said = {text.strip(): due_on for text, due_on in reversed(promises)}
    for text, due_on in reversed(said.items()):
        kept = known.pop(text, None)
        if kept is None:
            _promise(act, text, due_on)
        elif kept.request_id is None and kept.due_on != due_on:
            kept.due_on = due_on
            kept.save(update_fields=["due_on"])
    gone = [promise.pk for promise in known.values() if promise.request_id is None]
    act.visit.promises.filter(pk__in=gone).delete()


def _promise(act: Act, text: str, due_on: date | None) -> Promise:
    text = text.strip()
    if not text or len(text) > 500:
        raise Refused(_("Write each promise in one sentence of at most 500 characters."))
    if due_on is not None and due_on < local_day():
        raise Refused(_("The day by which something is promised lies ahead."))
    return Promise.objects.create(visit=act.visit, text=text, due_on=due_on, made_by=act.by, made_at=act.now)
