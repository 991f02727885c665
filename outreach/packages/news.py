"""After a policy changed: author and partners of every package that holds it are told, once for each change.

The pages themselves need none of this; they look at each piece whenever they are read.
"""

from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.workflow import Text
from outreach import pieces
from outreach.enums import Publication
from outreach.models import HandOver, PackagePiece
from outreach.packages import messages
from outreach.packages.naming import named

TOLD = ("withdrawn", "dead", "changed")


def tell() -> int:
    """Returns how many messages are new; called as often as one likes."""
    rows = PackagePiece.objects.filter(package_version__state=Publication.PUBLISHED)
    related = ("package_version__package", "package_version__author")
    told = 0
    for piece in pieces.loaded(rows.select_related(*related)).order_by("pk"):
        for problem in pieces.problems(piece):
            if problem.code in TOLD:
                with transaction.atomic():
                    told += _tell(piece, problem)
    return told


def _tell(piece: PackagePiece, problem: pieces.Problem) -> int:
    version = piece.package_version
    edition = piece.policy.version if piece.policy else 0
    key = f"package-news:{piece.pk}:{problem.code}:{edition}"

    def say(url: str) -> Text:
        subject = _("Something in %(package)s has changed") % {"package": named(version)}
        what = _("“%(title)s”: %(problem)s") % {"title": pieces.shown(piece).title, "problem": _again(piece, problem)}
        return Text(subject, what, url)

    desk = messages.tell_author(version.author, key, partial(say, reverse("packs:version", args=[version.pk])))
    partners = 0
    for handed in HandOver.objects.filter(version=version).select_related("partner"):
        partners += messages.tell([handed], key, partial(say, reverse("packs:own", args=[handed.pk])))
    return desk + partners


def _again(piece: PackagePiece, problem: pieces.Problem) -> str:
    """The problem in the language that is active now."""
    return next((each.text for each in pieces.problems(piece) if each.code == problem.code), problem.text)
