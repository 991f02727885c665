"""What an entry lacks before it can be published: everything in both languages, and what its kind cannot do without."""

from django.utils.translation import gettext as _

from investment.models import Resource
from portal.core import bilingual


def lacking(row: Resource) -> list[str]:
    """A sentence for each thing."""
    return [*_texts(row), *_figures(row)]


def _texts(row: Resource) -> list[str]:
    fields = {"title": _("title"), "about": _("description")}
    if row.address_zh_hans or row.address_en:  # type: ignore[attr-defined]
        fields["address"] = _("address")
    found = []
    for field, label in fields.items():
        chinese, english = ((getattr(row, name) or "").strip() for name in bilingual.columns(field))
        if not chinese:
            found.append(_("Missing in Chinese: %(what)s.") % {"what": label})
        if not english:
            found.append(_("Missing in English: %(what)s.") % {"what": label})
    return found


def _figures(row: Resource) -> list[str]:
    found = []
    if row.is_space and row.area_m2 is None:
        found.append(_("The area is missing."))
    if row.is_space and row.subdistrict_id is None:
        found.append(_("The subdistrict is missing."))
    if row.is_money and row.ticket_min is None and row.ticket_max is None:
        found.append(_("How much it gives is missing."))
    return found
