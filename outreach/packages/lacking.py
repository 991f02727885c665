"""What a version lacks before it can be published: each thing in a sentence."""

from django.utils.translation import gettext as _

from outreach import pieces
from outreach.models import PackageVersion
from portal.core import bilingual


def lacking(version: PackageVersion) -> list[str]:
    """Texts in one language, pieces with grave problems; empty: it can be published."""
    found = []
    named = {
        "title": (version.package, _("title")),
        "introduction": (version, _("introduction")),
        **({"why": (version, _("what has changed"))} if version.number > 1 else {}),
    }
    for field, (owner, label) in named.items():
        found += [_missing(label, column) for column in bilingual.columns(field) if not getattr(owner, column)]
    rows = list(pieces.loaded(version.pieces))
    if not rows:
        found.append(_("There is nothing in the package yet."))
    for piece in rows:
        title = pieces.shown(piece).title
        if not all(getattr(piece, column) for column in bilingual.columns("words")):
            found.append(_("“%(title)s”: say in both languages why it is in the package.") % {"title": title})
        for problem in pieces.problems(piece):
            if problem.is_grave:
                found.append(_("“%(title)s”: %(problem)s") % {"title": title, "problem": problem.text})
    return found


def _missing(label: str, column: str) -> str:
    if column.endswith("_en"):
        return _("Missing in English: %(what)s.") % {"what": label}
    return _("Missing in Chinese: %(what)s.") % {"what": label}
