"""Rated requests, ratings to be put right, obstacles: in their final state, without the way there."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.core.calendar import local_day
from stewards.models import HelpRequest, Obstacle, ObstacleRequest, Rating, Rectification
from stewards.rating.links import token_of
from tests.factories.enterprises import MembershipFactory
from tests.factories.stewards import accepted


def answered(steward: Any = None, **fields: Any) -> HelpRequest:
    """Answered an hour ago, asked by an owner of its enterprise."""
    if "asker" not in fields:
        owner = MembershipFactory(**({"enterprise": fields["enterprise"]} if "enterprise" in fields else {}))
        fields |= {"asker": owner.user, "enterprise": owner.enterprise}
    request = accepted(steward, **fields)
    request.state, request.answered_at = "answered", timezone.now() - timedelta(hours=1)
    request.save(update_fields=["state", "answered_at"])
    return request


def rated(score: int = 1, *, solved: bool = False, comment: str = "", **fields: Any) -> HelpRequest:
    request = answered(**fields)
    request.state = "rated"
    request.save(update_fields=["state"])
    Rating.objects.create(request=request, round=1, score=score, solved=solved, comment=comment, rated_by=request.asker)
    return request


def rectification(request: HelpRequest | None = None, days: int = 5, **fields: Any) -> Rectification:
    """Open, due in so many days; opened yesterday, so that calls can lie before now."""
    request = request or rated()
    due = local_day() + timedelta(days=days)
    opened = timezone.now() - timedelta(days=1)
    row = {"rating": request.ratings.get(), "request": request, "due_on": due, "opened_at": opened}
    return Rectification.objects.create(**row, **fields)


TEXTS = {
    "title_en": "Twice the same paper",
    "title_zh_hans": "同一材料重复提交",
    "said_en": "We hand in the same paper twice.",
    "said_zh_hans": "同一份材料要交两次。",
}
DID = {"did_en": "One copy is enough now.", "did_zh_hans": "现在只需提交一份。"}


def obstacle(author: Any, *requests: HelpRequest, **fields: Any) -> Obstacle:
    made = Obstacle.objects.create(author=author, **{**TEXTS, **fields})
    ObstacleRequest.objects.bulk_create(
        ObstacleRequest(obstacle=made, request=request, added_by=author) for request in requests
    )
    return made


def addresses(steward: Any, asker: Any, enterprise: Any, editor: Any) -> dict[str, list[Any]]:
    """What the addresses take, for the matrix of who gets in."""
    about = {"steward": steward, "asker": asker, "enterprise": enterprise, "body": "…"}
    row = rectification(rated(subject="№ 2", **about))
    made = obstacle(steward, row.request, **DID, state="answered", owner=editor)
    return {
        "rating:link": [token_of(answered(subject="№ 3", **about), asker)],
        "rating:rectification": [row.pk],
        "rating:obstacle": [made.pk],
    }
