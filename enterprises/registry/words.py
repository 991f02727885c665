"""Why a file as a whole is no extract, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHY: dict[str, str | Promise] = {
    "empty": _("The file holds no row."),
    "old": _("This is a file of an old kind (.xls), or has a password. Save it as .xlsx without one."),
    "kind": _("This is no table that can be read. Accepted are xlsx and csv."),
    "large": _("What this workbook unpacks to is too large."),
    "rows": _("The file has more than 200,000 rows. Split it into several files."),
    "sheets": _("The workbook has several sheets with something in them. Leave only the one with the extract."),
    "columns": _("The first row must name the columns; the credit code and the name in Chinese are needed."),
}
