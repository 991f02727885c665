"""What is done with places, points, materials and stock; each verb locks what it changes."""

from datetime import time
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from notices.workflow import Text, notify
from outreach.files import checked, keep
from outreach.guests.feedback import give_feedback
from outreach.models import Feedback, Material, MaterialEdition, OpeningHours, Place, PublicityPoint, Stock
from outreach.rules import may_organise
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards.deskwork.recording import record
from stewards.enums import Channel, RequestType
from stewards.models import HelpRequest

BOTH = ("name_zh_hans", "name_en")
TITLES = ("title_zh_hans", "title_en")


def keep_place(place: Place, *, by: Any, point: bool | None = None, hours: list[tuple[int, time, time]]) -> Place:
    """A new place, or other facts of one; `hours`: weekday, opens, closes; of a weekend they hold on every one.
    point: is it one."""
    require(may_organise(by))
    _require_both(place, BOTH)
    with transaction.atomic():
        if place.pk:
            Place.objects.select_for_update().get(pk=place.pk)
        else:
            place.slug = free_slug(Place, place.name_en, "place")  # type: ignore[attr-defined]
        place.save()
        place.hours.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(place=place, weekday=day, opens=opens, closes=closes, working_days=day < 5)
            for day, opens, closes in hours
        )
        if point is not None:
            _make_point(place, point)
    return place


def keep_material(material: Material, *, by: Any) -> Material:
    require(may_organise(by))
    _require_both(material, TITLES)
    with transaction.atomic():
        if not material.pk:
            material.slug = free_slug(Material, material.title_en, "material")  # type: ignore[attr-defined]
        material.save()
    return material


def add_edition(
    material: Material, *, by: Any, file_zh: UploadedFile | None, file_en: UploadedFile | None
) -> MaterialEdition:
    """The next edition, in both languages; whoever keeps copies of an older one is told once."""
    require(may_organise(by))
    if file_zh is None or file_en is None:
        raise Refused(_("An edition needs its file in both languages."))
    facts_zh, facts_en = checked(file_zh), checked(file_en)
    with transaction.atomic():
        row = Material.objects.select_for_update().get(pk=material.pk)
        if row.withdrawn_at is not None:
            raise Refused(_("This material was withdrawn."))
        last = row.editions.aggregate(last=Max("number"))["last"] or 0
        edition = MaterialEdition.objects.create(
            material=row,
            number=last + 1,
            issued_on=local_day(),
            file_zh=keep(file_zh, facts_zh, by=by, public=True),
            file_en=keep(file_en, facts_en, by=by, public=True),
            policy_version=row.policy.version if row.policy else None,
            by=by,
        )
        _tell_keepers(row, edition)
    return edition


def withdraw(material: Material, *, by: Any) -> Material:
    """From now on its page and every printed code say so; a second click changes nothing."""
    require(may_organise(by))
    with transaction.atomic():
        row = Material.objects.select_for_update().get(pk=material.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at"])
    return row


def count_stock(point: PublicityPoint, edition: MaterialEdition, *, copies: int, by: Any) -> Stock:
    """So many copies lie there now; none takes the edition off the list. The last count holds."""
    require(may_organise(by))
    if not 0 <= copies <= 100_000:
        raise Refused(_("Choose a number from 0 to %(most)s.") % {"most": 100_000})
    with transaction.atomic():
        PublicityPoint.objects.select_for_update().get(pk=point.pk)
        facts = {"copies": copies, "material": edition.material, "counted_at": timezone.now(), "counted_by": by}
        return Stock.objects.update_or_create(point=point, edition=edition, defaults=facts)[0]


def say(point: PublicityPoint, said: Feedback) -> Feedback:
    """What somebody says of a point; whoever looks after it is told, at most once a day."""
    with transaction.atomic():
        made = give_feedback(said, place=point.place)
        if point.keeper is not None:
            key = f"feedback:{point.pk}:{local_day()}:{point.keeper_id}"
            notify(point.keeper, key=key, kind="event.feedback", text=lambda: _said_of(point))
    return made


def _said_of(point: PublicityPoint) -> Text:
    facts = {"place": point.place.name}
    page = reverse("points:stock", args=[point.place.slug])
    body = _("Somebody told how it was at %(place)s. What people say stands on the page of the point.")
    return Text(_("Feedback on %(place)s") % facts, body % facts, page)


def settle(feedback: Feedback, *, by: Any) -> Feedback:
    """Read, and nothing more to do."""
    require(may_organise(by))
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=feedback.pk)
        if row.settled_at is None:
            row.settled_at, row.settled_by = timezone.now(), by
            row.save(update_fields=["settled_at", "settled_by"])
    return row


def make_request(feedback: Feedback, *, by: Any) -> HelpRequest:
    """What somebody said of a place becomes a suggestion with the service standard's deadline; once."""
    require(may_organise(by))
    with transaction.atomic():
        row = Feedback.objects.select_for_update(of=("self",)).select_related("place").get(pk=feedback.pk)
        if row.request is not None:
            return row.request
        if not row.text.strip():
            raise Refused(_("There are no words that could become a request."))
        where = row.place.name if row.place else ""
        made = record(
            by=by,
            enterprise=None,
            channel=Channel.WINDOW,
            type=RequestType.SUGGESTION,
            subject=_("Feedback on %(place)s") % {"place": where},
            body=row.text,
            caller=row.email or _("A guest without a name"),
            language=row.language,
        )
        row.request, row.settled_at, row.settled_by = made, timezone.now(), by
        row.save(update_fields=["request", "settled_at", "settled_by"])
    return made


def free_slug(model: Any, name: str, otherwise: str) -> str:
    """A short name for the address that nobody has yet."""
    base = slugify(name)[:70] or otherwise
    slug, number = base, 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _require_both(row: Any, columns: tuple[str, str]) -> None:
    if not all((getattr(row, column) or "").strip() for column in columns):
        raise Refused(_("The name is needed in both languages."))


def _make_point(place: Place, wanted: bool) -> None:
    known = PublicityPoint.objects.filter(place=place).first()
    if wanted and known is None:
        PublicityPoint.objects.create(place=place, opened_on=local_day())
    elif known is not None and wanted != (known.closed_on is None):
        known.closed_on = None if wanted else local_day()
        known.save(update_fields=["closed_on"])


def _tell_keepers(material: Material, edition: MaterialEdition) -> None:
    holding = Stock.objects.filter(material=material, copies__gt=0, edition__number__lt=edition.number)
    for row in holding.select_related("point__keeper", "point__place"):
        keeper = row.point.keeper
        if keeper is None:
            continue

        def text(row: Stock = row) -> Text:
            facts = {"title": material.title, "number": edition.number, "place": row.point.place.name}
            return Text(
                _("A new edition: %(title)s") % facts,
                _("Edition %(number)s has appeared. Please replace the copies at %(place)s.") % facts,
                reverse("points:desk"),
            )

        notify(keeper, key=f"edition:{edition.pk}:{row.point_id}:{keeper.pk}", kind="event.material", text=text)
