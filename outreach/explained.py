"""Policies explained in a video: wherever one reads of these policies; played with captions on a page of its own."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from outreach.newest import explained
from policies.enums import InterpretationKind
from policies.interpretation.showing import Shown, listed
from policies.models import Interpretation
from portal.core.templatetags.ui import in_chinese

MOST = 6


def videos_on(policies: Iterable[Any], most: int = MOST) -> list[dict[str, Any]]:
    """The latest videos that explain one of these policies (rows or keys), as lists show them. Four queries."""
    wanted = list(policies)
    if not wanted:
        return []
    rows = explained().filter(kind=InterpretationKind.VIDEO, links__policy__in=wanted).distinct()
    return listed(rows.prefetch_related("files")[:most])


def captions_of(row: Interpretation) -> str:
    """In which languages a video has captions; nothing of what is no video."""
    tracks = Shown(row).tracks if row.kind == InterpretationKind.VIDEO else []
    languages = ("、" if in_chinese() else ", ").join(each.label for each in tracks)
    return _("Captions: %(languages)s") % {"languages": languages} if tracks else ""


def still_of(row: Interpretation) -> Any:
    """What is seen of it before it is opened: a video's still picture, or the picture itself."""
    shown = Shown(row)
    return shown.picture or shown.poster
