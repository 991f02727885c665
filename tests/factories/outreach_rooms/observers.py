"""Batches, observers, assignments and observations, in their final state; and who gets in where."""

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from outreach.models import Assignment, Candidate, Observation, ObservationPicture, Observer, ObserverBatch, StoredFile
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.stewards import accepted

TABLE = {
    **{
        f"observers:{name}": ("G", "ostchelraduv")
        for name in ("list", "replies", "certificate", "certificate-code", "picture")
    },
    "observers:apply": ("G", "os"),
    **{f"observers:{name}": ("G", "o") for name in ("own", "observation")},
    **{f"observers:{name}": ("P", "o") for name in ("begin", "drop-picture", "withdraw")},
    "observers:desk": ("G", "chelradu"),
    "observers:inspect": ("G", "helradu"),
    "observers:batch": ("G", "elradu"),
    **{f"observers:{name}": ("G", "era") for name in ("new", "edit", "assign", "end-term")},
    **{f"observers:{name}": ("P", "era") for name in ("decide", "take-back")},
    "observers:publish-batch": ("P", "ra"),
    "observers:publish": ("P", "ra"),
}
NO_PAGES = {"observers:replies", "observers:picture", "observers:certificate-code"}
RED = (200, 30, 30)


def batch(**fields: Any) -> ObserverBatch:
    """Published, its term running, its call open."""
    day, n = local_day(), next(make.count) % 30_000
    known = {
        "number": n,
        "apply_from": day,
        "apply_until": day,
        "term_begins": day - timedelta(days=30),
        "term_ends": day + timedelta(days=30),
        "published_at": timezone.now(),
        **make.both(name=f"§ {n}", call="…"),
    }
    return ObserverBatch.objects.create(**{**known, **fields})


def candidate(of: ObserverBatch | None = None, user: Any = None, **fields: Any) -> Candidate:
    person: Any = user or UserFactory()
    known = {"name": "№ 1", "motivation": "…", "phone": "021"}
    return Candidate.objects.create(batch=of or batch(), user=person, **{**known, **fields})


def observer(of: ObserverBatch | None = None, user: Any = None, **fields: Any) -> Observer:
    row = candidate(of, user, state="appointed")
    certificate = f"{row.batch.number}-{next(make.count)}"
    return Observer.objects.create(batch=row.batch, candidate=row, user=row.user, certificate=certificate, **fields)


def assignment(of: Observer | None = None, department: Any = None, **fields: Any) -> Assignment:
    fields.setdefault("by", make.organiser())
    texts = make.both(task=f"§ {next(make.count)}")
    return Assignment.objects.create(
        observer=of or observer(), department=department or DepartmentFactory(), **{**texts, **fields}
    )


def draft(of: Assignment | None = None, **fields: Any) -> Observation:
    known = {"seen_on": local_day(), "points": {"clear": 2}, "better": "The sign is missing."}
    return Observation.objects.create(assignment=of or assignment(), **{**known, **fields})


def sent(of: Assignment | None = None, *, answered: bool = True, **fields: Any) -> Observation:
    """Answered by its department, unless said otherwise; no public reply yet."""
    of = of or assignment()
    request: HelpRequest = accepted(asker=of.observer.user, enterprise=None)
    if answered:
        request.state, request.answered_at = "answered", timezone.now()
        request.save(update_fields=["state", "answered_at"])
    return draft(of, **{"state": "sent", "sent_at": timezone.now(), "request": request, **fields})


def replied(of: Assignment | None = None, **fields: Any) -> Observation:
    texts = make.both(said="No sign", did="A sign was put up")
    return sent(of, **{"state": "answered", "reply_by": UserFactory(), **texts, **fields})


def published(of: Assignment | None = None, **fields: Any) -> Observation:
    known = {"state": "published", "publisher": make.reviewer(), "published_at": timezone.now()}
    return replied(of, **{**known, **fields})


def photo(name: str = "a.jpg", *, located: bool = True) -> SimpleUploadedFile:
    """A picture that tells where it was taken, and with what."""
    out, facts = io.BytesIO(), Image.Exif()
    if located:
        facts[271] = "Camera maker"
        facts.get_ifd(0x8825).update({1: "N", 2: (31.0, 15.0, 0.0)})
    Image.new("RGB", (40, 30), RED).save(out, "JPEG", exif=facts)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def picture(of: Observation) -> ObservationPicture:
    file = photo(located=False)
    stored = StoredFile(name="picture.jpg", content_type="image/jpeg", size=file.size or 0, sha256="0" * 64)
    stored.file.save("picture.jpg", file)
    return ObservationPicture.objects.create(observation=of, file=stored)


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    row = batch()
    own = observer(row, people["o"])
    given = assignment(own, people["h"].department)
    begun, came = draft(given, better="№ 2"), sent(given, better="№ 2")
    plain = {"better": "№ 2", **make.both(said="№ 3", did="№ 4")}
    reply = replied(given, **plain)
    return {
        "observers:certificate": [own.key],
        "observers:certificate-code": [own.key],
        "observers:end-term": [own.pk],
        "observers:picture": [picture(published(given, **plain)).file.key],  # of a reply that everybody reads
        "observers:apply": [batch().number],
        "observers:observation": [begun.pk],
        "observers:begin": [given.pk],
        "observers:drop-picture": [picture(begun).pk],
        "observers:withdraw": [candidate(user=people["o"]).pk],
        "observers:inspect": [came.pk],
        **{f"observers:{name}": [row.pk] for name in ("batch", "edit", "assign", "publish-batch")},
        "observers:decide": [candidate(row).pk, "appoint"],
        "observers:take-back": [given.pk],
        "observers:publish": [reply.pk],
    }
