"""A round's list as CSV, with the filters of the page."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.models import TierProposal, TierRound
from enterprises.tiers import words
from enterprises.tiers.queries import with_enterprises
from portal.core.cells import BOM, harmless


def csv_of(row: TierRound, found: QuerySet[TierProposal]) -> HttpResponse:
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="tiers-{row.year}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            *(_("Unified social credit code"), _("Enterprise"), _("Industry"), _("Subdistrict"), _("Tier so far")),
            *(_("By the rules"), _("Proposed tier"), pgettext("of a tier", "Change"), _("Note"), _("Reasons")),
        ]
    )
    titles = words.title_names()
    for cells in _rows(row, found, titles):
        writer.writerow([harmless(cell) for cell in cells])
    return response


def _rows(row: TierRound, found: QuerySet[TierProposal], titles: dict[str, str]) -> Iterator[list[Any]]:
    for each in with_enterprises(found).order_by("pk").iterator(chunk_size=1_000):
        one = each.enterprise
        yield [
            *(one.credit_code or "", one.name, one.industry or "", one.subdistrict or ""),
            *(words.label_of(tier) for tier in (each.was, each.computed, each.proposed)),
            *(each.get_change_display(), each.note, words.in_one_line(row.rules, each.reasons, titles)),
        ]
