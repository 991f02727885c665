"""Two tabs of the same request: the second is told what the first did, and keeps its words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from stewards.models import Rating
from tests.stewards.scene import Scene

SignIn = Callable[[Any], Client]


@pytest.mark.parametrize(
    ("state", "first", "second"),
    [
        (
            "answered",
            {"act": "rate", "score": "4", "solved": "no"},
            {"act": "rate", "score": "1", "solved": "yes", "comment": "Words of the second tab"},
        ),
        ("answered", {"act": "reopen", "reason": "Open"}, {"act": "reopen", "reason": "Words of the second tab"}),
        ("waiting", {"act": "withdraw", "reason": ""}, {"act": "reply", "text": "Words of the second tab"}),
    ],
)
def test_what_was_written_in_the_second_tab_is_given_back(
    as_user: SignIn, scene: Scene, state: str, first: dict[str, str], second: dict[str, str]
) -> None:
    asked = scene.request(state)
    client, path, seen = as_user(scene.owner), f"/en/requests/{asked.number}/", {"seen": str(asked.lock_version)}
    assert client.post(path, first | seen).status_code == 302
    response = client.post(path, second | seen)
    text = response.content.decode()
    assert response.status_code == 200
    assert "This was not sent" in text
    assert "Words of the second tab" in text


def test_a_rating_sent_twice_counts_once(as_user: SignIn, scene: Scene) -> None:
    asked = scene.request("answered")
    client, data = as_user(scene.owner), {"act": "rate", "score": "4", "solved": "no", "seen": str(asked.lock_version)}
    for _click in range(2):
        client.post(f"/en/requests/{asked.number}/", data)
    assert Rating.objects.count() == 1
