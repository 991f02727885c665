"""The word on an answer, once for each round: the enterprise's own, or a caller's that somebody wrote down."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from notices.workflow import write_to
from portal.core.access import Refused
from stewards import messages
from stewards.acts import Act, acting
from stewards.deskwork import callers
from stewards.enums import EventKind
from stewards.models import HelpRequest, Rating
from stewards.rating import rectifying
from stewards.rating.messages import ask_caller, to_caller
from stewards.transitions import Verb


def rate(
    request: HelpRequest,
    *,
    by: Any,
    score: int,
    solved: bool,
    contacted: bool | None = None,
    comment: str = "",
    seen: int | None = None,
) -> HelpRequest:
    """The enterprise's own word on the answer."""
    with acting(Verb.RATE, request, by=by, seen=seen) as act:
        _keep(act, rated_by=by, score=score, solved=solved, contacted=contacted, comment=comment)
    return act.request


def write_rating(
    request: HelpRequest,
    *,
    by: Any,
    score: int,
    solved: bool,
    contacted: bool | None = None,
    comment: str = "",
    seen: int | None = None,
) -> HelpRequest:
    """What a caller without an account said of the answer when somebody uninvolved called; marked as such."""
    with acting(Verb.WRITE_RATING, request, by=by, seen=seen) as act:
        whose = {"rated_by": act.request.asker, "written_by": by}
        _keep(act, score=score, solved=solved, contacted=contacted, comment=comment, **whose)
    return act.request


def _keep(act: Act, *, score: int, solved: bool, comment: str, **facts: Any) -> None:
    """The rating, its entry in the timeline, and what follows from a bad one."""
    if score not in range(1, 6):
        raise Refused(_("Choose one of the five levels."))
    now, comment = act.request, comment.strip()
    words = {"score": score, "solved": solved, "comment": comment}
    try:
        with transaction.atomic():
            rating = Rating.objects.create(request=now, round=now.round, **words, **facts)
    except IntegrityError:
        raise Refused(_("This answer has been rated already."))
    spoken = {"told": True} if rating.written_by else {}
    act.record(EventKind.RATED, text=comment, data={"score": score, "solved": solved, **spoken})
    bad = rectifying.is_needed(rating)
    act.tell([now.steward, now.handler], messages.rated_badly if bad else messages.rated)
    if bad:
        act.tell(User.objects.with_role(Role.ADMIN), messages.rated_badly)
        rectifying.open_on(act, rating)


def invite_caller(act: Act) -> None:
    """How a caller without an account comes to rate, in the answer's transaction: by a link where they left an e-mail
    address, else the service centre hears that somebody has to call."""
    request = act.request
    if not callers.is_out_of_reach(request):
        return
    email = callers.address_of(request)
    if not email:
        act.tell(User.objects.with_role(Role.ADMIN), ask_caller)
        return
    write_to(
        email,
        language=request.language,
        key=f"rating:{request.pk}:{request.round}",
        kind="request.rate",
        text=lambda: to_caller(request),
    )
