"""What is done with an event: planned, changed, published, and what is put there afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from outreach import letters, registering
from outreach.calling_off import locked_occasion, tell
from outreach.enums import EventFormat, OccasionKind, OccasionState, Precision
from outreach.models import Event, EventPartner, Material, Occasion, OccasionMaterial, Partner, Speaker
from outreach.models.shared import LONGEST
from outreach.rules import may_organise
from policies.models import Interpretation, Policy
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day

SEEN = ("starts_at", "ends_at", "place_id", "online_url", *bilingual.columns("room"))  # guests are told of a change


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event as the form says it. occasion, event: columns; speakers: columns of each."""

    occasion: dict[str, Any]
    event: dict[str, Any]
    policies: Iterable[Policy] = ()
    partners: Iterable[Partner] = ()
    speakers: list[dict[str, Any]] = field(default_factory=list)


def write(row: Occasion | None, wanted: Wanted, *, by: Any, seen: int | None = None) -> Occasion:
    """A new draft, or the event as it is to be from now on; whoever registered is told of another time or place."""
    require(may_organise(by))
    with transaction.atomic():
        occasion = locked_occasion(row, seen) if row else Occasion(kind=OccasionKind.EVENT, author=by)
        before = [getattr(occasion, name) for name in SEEN]
        former = occasion.event.format if row else ""
        moved_on = wanted.occasion["starts_at"] != occasion.starts_at
        if occasion.state == OccasionState.CANCELLED:
            raise Refused(_("It was cancelled: plan a new event instead."))
        if moved_on or not row:
            _require_ahead(wanted.occasion["starts_at"])
        for name, value in wanted.occasion.items():
            setattr(occasion, name, value)
        assert occasion.starts_at is not None
        occasion.day, occasion.precision = local_day(occasion.starts_at), Precision.DAY
        _require_both(occasion, wanted)
        occasion.changed_at = timezone.now()
        occasion.lock_version += 1
        changed = [getattr(occasion, name) for name in SEEN] != before or former != wanted.event["format"]
        if row and occasion.state == OccasionState.PUBLISHED:
            occasion.sequence += 1
        occasion.save()
        _save_event(occasion, wanted)
        _keep_online(occasion, former, wanted.event["format"])
        if row and changed and occasion.state == OccasionState.PUBLISHED:
            tell(occasion, letters.changed)
        if row:
            registering.move_up(occasion)
    return occasion


def publish(row: Occasion, *, by: Any) -> Occasion:
    """From now on everybody sees it and can register; a second time changes nothing."""
    require(may_organise(by))
    with transaction.atomic():
        occasion = locked_occasion(row)
        if occasion.state == OccasionState.PUBLISHED:
            return occasion
        if occasion.state != OccasionState.DRAFT:
            raise Refused(_("It was cancelled: plan a new event instead."))
        _require_ahead(occasion.starts_at)
        if missing := gaps(occasion):
            raise Refused(_("Missing for publication: %(what)s.") % {"what": ", ".join(missing)})
        occasion.state, occasion.changed_at = OccasionState.PUBLISHED, timezone.now()
        occasion.lock_version += 1
        occasion.save(update_fields=["state", "changed_at", "lock_version"])
    return occasion


def discard(row: Occasion, *, by: Any) -> None:
    """Throw a draft away."""
    require(may_organise(by))
    with transaction.atomic():
        occasion = locked_occasion(row)
        if occasion.state != OccasionState.DRAFT:
            raise Refused(_("Only a draft can be discarded."))
        occasion.delete()


def keep_after(
    row: Occasion,
    *,
    by: Any,
    summary: dict[str, str],
    recording: Interpretation | None,
    materials: Iterable[Material],
) -> Occasion:
    """What is read, seen and taken home: materials at any time, recording and summary once it has begun."""
    require(may_organise(by))
    with transaction.atomic():
        occasion = locked_occasion(row)
        begun = occasion.starts_at is None or occasion.starts_at <= timezone.now()
        if (recording or any(summary.values())) and not begun:
            raise Refused(_("A recording and a summary can be added once the event has begun."))
        if bool(summary.get("en")) != bool(summary.get("zh-hans")):
            raise Refused(_("Write the summary in both languages, or in none."))
        occasion.recording, occasion.changed_at = recording, timezone.now()
        occasion.lock_version += 1
        occasion.save(update_fields=["recording", "changed_at", "lock_version"])
        event: Any = Event.objects.get(pk=occasion.pk)
        event.summary_zh_hans, event.summary_en = summary.get("zh-hans", ""), summary.get("en", "")
        event.save(update_fields=[*bilingual.columns("summary")])
        wanted = {each.pk for each in materials}
        occasion.handouts.exclude(material__in=wanted).delete()
        had = set(occasion.handouts.values_list("material", flat=True))
        for key in sorted(wanted - had):
            OccasionMaterial.objects.create(occasion=occasion, material_id=key)
    return occasion


def gaps(occasion: Occasion) -> list[str]:
    """Texts that are missing in one language, named; and what else the public needs."""
    event: Any = occasion.event
    words = {"zh-hans": _("Chinese"), "en": _("English")}
    names = {
        "title": (occasion, _("title")),
        "about": (event, _("what it is about")),
        "host": (event, _("organised by")),
    }
    found = [
        f"{label} ({words[language]})"
        for name, (thing, label) in names.items()
        for language in bilingual.LANGUAGES
        if not getattr(thing, f"{name}_{bilingual.SUFFIX[language]}")
    ]
    if not occasion.languages:
        found.append(_("languages"))
    if event.format != "online" and occasion.place_id is None:
        found.append(_("place"))
    if event.format != "on_site" and not occasion.online_url:
        found.append(_("address for online guests"))
    return found


def _save_event(occasion: Occasion, wanted: Wanted) -> None:
    event = Event.objects.filter(pk=occasion.pk).first() or Event(occasion=occasion, slug=_slug(occasion))
    for name, value in wanted.event.items():
        setattr(event, name, value)
    event.save()
    occasion.event = event
    event.policies.set(wanted.policies)
    partners = {each.pk for each in wanted.partners}
    event.partners.exclude(partner__in=partners).delete()
    had = set(event.partners.values_list("partner", flat=True))
    for key in sorted(partners - had):
        EventPartner.objects.create(event=event, partner_id=key)
    event.speakers.all().delete()
    for position, columns in enumerate(wanted.speakers):
        Speaker.objects.create(event=event, position=position, **columns)


def _keep_online(occasion: Occasion, former: str, now: str) -> None:
    """Who takes part online keeps that: the room that an event gets beside it is not theirs, and an event in a room
    alone would shut them out."""
    if former == EventFormat.ONLINE and now == EventFormat.BOTH:
        occasion.registrations.filter(partner=None).update(online=True)
    live = occasion.registrations.filter(online=True, state__in=registering.LIVE)
    if now == EventFormat.ON_SITE and live.exists():
        raise Refused(_("People have registered to take part online: it stays open online too."))


def _slug(occasion: Occasion) -> str:
    title = slugify(getattr(occasion, "title_en", "") or "")[:70].strip("-") or "event"
    return f"{title}-{occasion.day:%Y%m%d}-{occasion.pk}"


def _require_ahead(moment: datetime | None) -> None:
    if moment is None or moment <= timezone.now():
        raise Refused(_("An event begins in the future: choose a later time."))


def _require_both(occasion: Occasion, wanted: Wanted) -> None:
    """Whatever the public sees already stays complete in both languages."""
    if occasion.ends_at is not None and occasion.starts_at is not None:
        if occasion.ends_at <= occasion.starts_at:
            raise Refused(_("It ends before it begins."))
        if occasion.ends_at - occasion.starts_at > LONGEST:
            raise Refused(_("An event lasts a month at most."))
    if occasion.capacity is not None and wanted.event.get("group_places", 0) > occasion.capacity:
        raise Refused(_("More places are kept for groups than there are."))
    if occasion.state != OccasionState.PUBLISHED:
        return
    texts = {**wanted.occasion, **wanted.event}
    if not all(texts.get(column) for name in ("title", "about", "host") for column in bilingual.columns(name)):
        raise Refused(_("It is published: title, text and organiser are needed in both languages."))
