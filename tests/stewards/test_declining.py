"""Not accepted: only on a legal ground, with what it rests on, and always with where to go instead."""

from typing import Any

import pytest

from portal.core.access import Refused
from stewards import workflow
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene, last_mail

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"ground": "dislike", "where_instead": "Elsewhere"}, "Choose the ground"),
        ({"ground": "court", "where_instead": " "}, "Say where the enterprise"),
        ({"ground": "other_legal", "where_instead": "The tax office, room 3."}, "Name the law or rule"),
        ({"ground": "other_legal", "where_instead": "The tax office.", "law": " "}, "Name the law or rule"),
        ({"ground": "duplicate", "where_instead": "You have asked that already."}, "Give the number"),
        ({"ground": "duplicate", "where_instead": "See HK-2026-999999."}, "Give the number"),
    ],
)
def test_what_is_not_enough(scene: Scene, said: dict[str, str], reason: str) -> None:
    asked = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    with pytest.raises(Refused, match=reason):
        workflow.decline(asked, by=scene.steward, **said)
    asked.refresh_from_db()
    assert (asked.state, asked.ground) == ("accepted", "")


def test_a_duplicate_names_a_request_that_the_enterprise_can_read(scene: Scene) -> None:
    first, asked = (accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner) for _each in "ab")
    for number in (accepted().number, asked.number):  # somebody else's, and itself
        with pytest.raises(Refused, match="Give the number"):
            workflow.decline(asked, by=scene.steward, ground="duplicate", where_instead=f"See {number}.")
    asked = workflow.decline(asked, by=scene.steward, ground="duplicate", where_instead=f"See {first.number}, please.")
    assert asked.state == "not_accepted"


def test_the_law_is_told_with_the_way_on(scene: Scene, as_user: Any) -> None:
    asked = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    sent = {
        "ground": "other_legal",
        "law": "Tax Administration Law, art. 88",
        "where_instead": "The tax office, room 3.",
    }
    response = as_user(scene.steward).post(f"/en/desk/{asked.number}/decline/", {**sent, "seen": 0})
    assert response.status_code == 302
    page = as_user(scene.owner).get(f"/en/requests/{asked.number}/").content.decode()
    for words in ("Law or rule: Tax Administration Law, art. 88", "The tax office, room 3."):
        assert words in page
        assert words in last_mail(scene.owner).body
