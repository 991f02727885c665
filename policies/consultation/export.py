"""All comments of a consultation as CSV, for officials. Nobody's name or account; formulas stay text."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from policies.consultation.queries import Chosen, comments_of
from policies.models import Consultation, ConsultationComment
from portal.core.cells import BOM, harmless


def csv_of(consultation: Consultation) -> HttpResponse:
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="consultation-{consultation.pk}-comments.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            *(_("Number"), _("Received on"), _("Concerns"), _("Comment"), _("Language"), _("Speaks for")),
            *(_("Size class"), _("Enterprise, where it may be named"), _("Group"), _("Set aside")),
        ]
    )
    for number, comment in enumerate(_in_order(consultation), start=1):
        writer.writerow([harmless(cell) for cell in _cells(number, comment)])
    return response


def _in_order(consultation: Consultation) -> Iterator[ConsultationComment]:
    return comments_of(consultation, Chosen()).order_by("pk").iterator(chunk_size=500)


def _cells(number: int, comment: ConsultationComment) -> list[Any]:
    sent = comment.submission
    named = sent.enterprise.name if sent.named and sent.enterprise else ""
    size = sent.get_size_display() if sent.size else ""
    aside = comment.get_set_aside_display() if comment.set_aside else ""
    return [
        *(number, timezone.localdate(sent.created_at).isoformat(), comment.where, comment.text, sent.language),
        *(sent.get_speaks_for_display(), size, named, comment.group or "", aside),
    ]
