"""Every message about a visit, in both languages: what, when, where it leads, and nobody it must not name."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from engagement import messages
from engagement.models import Promise, Visit
from notices.models import GROUPS, group_of
from notices.workflow import Text
from portal.core import bilingual
from tests.factories.accounts import UserFactory
from tests.factories.engagement import Scene
from tests.factories.stewards import HelpRequestFactory

TO_ENTERPRISE = (
    *("asked", "confirmed_to_enterprise", "declined_to_enterprise", "moved_to_enterprise"),
    *("joined", "cancelled_to_enterprise", "recorded"),
)
TO_VISITOR = (
    *("asked_by_enterprise", "confirmed", "declined", "moved", "joined_to_visitor", "cancelled", "write_it_up"),
)
CASES = [*((name, "/enterprise/contacts/") for name in TO_ENTERPRISE), *((name, "/visits/") for name in TO_VISITOR)]


@pytest.fixture
def visit(scene: Scene) -> Visit:
    author = UserFactory(name_en="Wendy Whistleblower", name_zh="温迪")
    complaint = HelpRequestFactory(type="complaint", asker=author, subject="Noise")
    return scene.visit(purpose="№ 1", place="№ 2", occasion=complaint)


def say(name: str) -> Callable[[Visit, str], Text]:
    return getattr(messages, name)  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
@pytest.mark.parametrize(("name", "leads"), CASES)
def test_each_message_in_each_language(visit: Visit, name: str, leads: str, language: str) -> None:
    with bilingual.speaking(language):
        text = say(name)(visit, "№ 3")
    assert text.url.startswith(f"/{language}{leads}")
    assert text.subject.endswith("№ 1")
    assert "№ 2" in text.body
    assert bool(re.search(r"[\u4e00-\u9fff]", text.subject)) == (language == "zh-hans")
    assert not re.search(r"%\(|Wendy|温迪|Noise", text.subject + text.body)


@pytest.mark.parametrize("name", ["confirmed", "declined", "moved", "cancelled", "joined", "moved_to_enterprise"])
def test_what_somebody_wrote_is_passed_on_and_nothing_is_no_paragraph(visit: Visit, name: str) -> None:
    assert "Our own words" in say(name)(visit, "Our own words").body
    assert "\n\n\n" not in say(name)(visit, "").body


def test_who_visits_is_named_with_and_without_a_department(visit: Visit, scene: Scene) -> None:
    assert "Stella Steward of" in messages.asked(visit, "").body
    visit.department = None
    assert "Stella Steward visits you." in messages.asked(visit, "").body
    visit.organiser = None
    assert "visits you" not in messages.asked(visit, "").body


def test_a_promise_is_quoted(visit: Visit, scene: Scene) -> None:
    promise = Promise(visit=visit, text="A list", made_by=scene.steward)
    assert "“A list” was promised" in messages.promise_open(visit, promise).body


@pytest.mark.parametrize("kind", ["visit.request", "visit.chase"])
def test_they_stand_under_a_heading_of_their_own(kind: str) -> None:
    assert str(GROUPS[group_of(kind)]) == "Visits"


def test_the_visitor_reads_which_enterprise(visit: Visit, scene: Scene) -> None:
    told: Any = messages.moved(visit, "").body
    assert scene.enterprise.name in told
