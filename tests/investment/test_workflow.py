"""Entries: written, reviewed by somebody else, confirmed, hidden, taken off."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.enums import Role
from investment import tasks, upkeep, workflow
from investment.models import Keeper, Resource
from notices.models import Message
from portal.core.access import Refused
from tests.factories import investment as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import pdf
from tests.factories.enterprises import ParkFactory, SubdistrictFactory
from tests.factories.interpretations import picture

pytestmark = pytest.mark.django_db
TEXTS = make.both(title="Office", about="Bright")


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def draft(by: Any = None, **facts: Any) -> tuple[Resource, Any]:
    """A complete draft, and its keeper."""
    provider = make.provider()
    keeper = by or make.keeper(provider)
    SubdistrictFactory()
    known = {**TEXTS, "area_m2": 200, "subdistrict_id": "310109014", **facts}
    return workflow.begin(provider, by=keeper, kind="premises", facts=known), keeper


def fresh(row: Resource) -> Resource:
    return Resource.objects.get(pk=row.pk)


def test_from_draft_to_the_public_by_two_pairs_of_eyes() -> None:
    row, keeper = draft()
    workflow.send(row, by=keeper)
    assert not Resource.objects.shown().exists()
    with pytest.raises(Refused, match="Only a reviewer"):
        workflow.publish(row, by=keeper)
    workflow.publish(row, by=make.official())
    assert Resource.objects.shown().get() == row
    assert Message.objects.filter(recipient=keeper, kind="resource.published").count() == 1


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN])
def test_nobody_publishes_their_own_words(role: Role) -> None:
    official = make.official(role)
    row, _keeper = draft(official)
    workflow.send(row, by=official)
    with pytest.raises(Refused, match="You wrote this yourself"):
        workflow.publish(row, by=official)
    workflow.publish(row, by=make.official(role))
    assert fresh(row).state == "published"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.STEWARD, Role.HANDLER, Role.LEADER, Role.AUDITOR])
def test_others_do_not_publish(role: Role) -> None:
    row, keeper = draft()
    workflow.send(row, by=keeper)
    with pytest.raises(Refused):
        workflow.publish(row, by=make.official(role))


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        ({"title_zh_hans": ""}, "Missing in Chinese: title."),
        ({"about_en": "  "}, "Missing in English: description."),
        ({"address_en": "1 Xugou Road"}, "Missing in Chinese: address."),
        ({"area_m2": None}, "The area is missing."),
        ({"subdistrict_id": None}, "The subdistrict is missing."),
    ],
)
def test_what_lacks_something_is_not_sent(lack: dict[str, Any], words: str) -> None:
    row, keeper = draft(**lack)
    with pytest.raises(Refused, match=words):
        workflow.send(row, by=keeper)
    assert fresh(row).state == "draft"


def test_money_says_how_much() -> None:
    provider = make.provider(kind="fund")
    keeper = make.keeper(provider)
    row = workflow.begin(provider, by=keeper, kind="fund", facts=TEXTS)
    with pytest.raises(Refused, match="How much it gives is missing"):
        workflow.send(row, by=keeper)


def test_what_lacks_a_title_is_not_even_kept() -> None:
    row, keeper = draft()
    for act in (
        lambda: workflow.begin(row.provider, by=keeper, kind="loan", facts={"title_en": " "}),
        lambda: workflow.rewrite(row, by=keeper, facts={"title_en": "", "title_zh_hans": ""}),
    ):
        with pytest.raises(Refused, match="Give a title"):
            act()


@pytest.mark.parametrize(("unit", "day"), [("day", "4.50"), ("month", "0.1479")])
def test_rents_are_compared_by_the_day(unit: str, day: str) -> None:
    row, _keeper = draft(rent=Decimal("4.50"), rent_unit=unit)
    assert fresh(row).rent_day == Decimal(day)


def test_a_change_of_what_is_published_waits_and_the_old_holds_meanwhile() -> None:
    row, keeper = draft(rent=Decimal(4))
    workflow.send(row, by=keeper)
    workflow.publish(row, by=make.official())
    facts = {**TEXTS, "rent": Decimal("6.5"), "area_m2": 180, "available_on": date(2027, 3, 1), "sections": ["I"]}
    workflow.rewrite(row, by=keeper, facts=facts)
    now = fresh(row)
    assert (now.state, now.rent, now.area_m2, now.available_on) == ("published", 4, 200, None)
    then = workflow.proposed(now)
    assert (then.rent, then.rent_day, then.available_on) == (Decimal("6.5"), Decimal("6.5"), date(2027, 3, 1))
    workflow.publish(row, by=make.official())
    now = fresh(row)
    assert (now.rent, now.rent_day, now.area_m2) == (Decimal("6.5"), Decimal("6.5"), 180)
    assert (now.available_on, now.sections, now.proposal) == (date(2027, 3, 1), ["I"], None)


def test_nothing_changed_is_nothing_to_review() -> None:
    row = make.resource(**make.both(title="Office", about="Bright"))
    keeper = make.keeper(row.provider)
    workflow.rewrite(row, by=keeper, facts={**TEXTS, "area_m2": 200})
    assert fresh(row).proposal is None


def test_a_proposal_that_lacks_a_language_does_not_come_through() -> None:
    row = make.resource(subdistrict=SubdistrictFactory())
    workflow.rewrite(row, by=make.keeper(row.provider), facts={**TEXTS, "about_en": ""})
    with pytest.raises(Refused, match="Missing in English"):
        workflow.publish(row, by=make.official())
    assert fresh(row).about_en == "№ 2"  # type: ignore[attr-defined]


def test_a_reviewer_says_what_has_to_be_changed() -> None:
    row, keeper = draft()
    workflow.send(row, by=keeper)
    workflow.take_back(row, by=make.official(), remark="Which floor?")
    assert (fresh(row).state, fresh(row).remark) == ("draft", "Which floor?")
    assert Message.objects.get(recipient=keeper, kind="resource.back").body == "Which floor?"
    workflow.send(row, by=keeper)
    assert fresh(row).remark == ""


def test_a_refused_proposal_leaves_what_is_published() -> None:
    row = make.resource()
    keeper = make.keeper(row.provider)
    workflow.rewrite(row, by=keeper, facts={**TEXTS, "area_m2": 5})
    workflow.take_back(row, by=make.official(), remark="Five?")
    now = fresh(row)
    assert (now.state, now.area_m2, now.proposal) == ("published", 200, None)


def test_an_old_page_overwrites_nothing() -> None:
    row, keeper = draft()
    workflow.rewrite(row, by=keeper, facts={**TEXTS, "floor": "3"}, seen=row.lock_version)
    with pytest.raises(Refused, match="Read it once more"):
        workflow.rewrite(row, by=keeper, facts={**TEXTS, "floor": "4"}, seen=row.lock_version)
    workflow.send(row, by=keeper)
    with pytest.raises(Refused, match="Read it once more"):
        workflow.publish(row, by=make.official(), seen=0)
    assert fresh(row).floor == "3"


STATES = ("draft", "in_review", "published", "stale", "withdrawn")
VERBS: dict[str, Any] = {
    "rewrite": (
        lambda r, k, o: workflow.rewrite(r, by=k, facts={**TEXTS, "floor": "9"}),
        "draft published stale withdrawn",
    ),
    "send": (lambda r, k, o: workflow.send(r, by=k), "draft withdrawn"),
    "take_back": (lambda r, k, o: workflow.take_back(r, by=k), "in_review"),
    "publish": (lambda r, k, o: workflow.publish(r, by=o), "in_review"),
    "confirm": (lambda r, k, o: workflow.confirm(r, by=k), "published stale"),
    "withdraw": (lambda r, k, o: workflow.withdraw(r, by=k), "published stale withdrawn"),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_in_each_state(verb: str, state: str) -> None:
    act, allowed = VERBS[verb]
    row = make.resource(state=state, subdistrict=SubdistrictFactory())
    keeper, official = make.keeper(row.provider), make.official()
    if state in allowed.split():
        act(row, keeper, official)
        return
    with pytest.raises(Refused) as refused:
        act(row, keeper, official)
    assert len(str(refused.value)) > 15
    assert fresh(row).state == state


@pytest.mark.parametrize("verb", [name for name in VERBS if name != "publish"])
def test_another_providers_keeper_and_strangers_do_nothing(verb: str) -> None:
    row = make.resource(state="in_review" if verb == "take_back" else "published")
    former = make.keeper(row.provider)
    workflow.dismiss(Keeper.objects.get(user=former), by=make.official())
    for person in (make.keeper(make.provider()), UserFactory(), former, make.official(Role.STEWARD)):
        with pytest.raises(Refused, match="Only those who keep"):
            VERBS[verb][0](row, person, person)


def test_what_a_provider_without_cooperation_offers_is_not_shown() -> None:
    row = make.resource()
    facts = {**make.both(name="Park", about=""), "active": False}
    workflow.write_provider(row.provider, by=make.official(), facts=facts)
    assert not Resource.objects.shown().exists()
    assert not Resource.objects.of_keeper(make.keeper(row.provider)).exists()


# --- keeping it current -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "asked"), [(59, 0), (61, 1), (400, 1)])
def test_keepers_are_asked_once_whether_it_still_holds(days: int, asked: int) -> None:
    row = make.resource(days=days)
    keeper = make.keeper(row.provider)
    assert tasks.keep_resources() == asked
    assert tasks.keep_resources() == 0
    assert Message.objects.filter(recipient=keeper, kind="resource.confirm").count() == asked
    assert fresh(row).state == "published"


def test_late_or_not_nothing_is_hidden_before_the_days_of_grace_are_over() -> None:
    row = make.resource(days=400)
    make.keeper(row.provider)
    upkeep.keep()
    Resource.objects.update(reminded_at=timezone.now() - timedelta(days=13))
    assert upkeep.keep() == 0
    Resource.objects.update(reminded_at=timezone.now() - timedelta(days=15))
    assert upkeep.keep() == 1
    assert upkeep.keep() == 0
    assert fresh(row).state == "stale"
    assert not Resource.objects.shown().exists()
    assert Message.objects.filter(kind="resource.hidden").count() == 1


def test_one_click_shows_it_again_and_the_next_reminder_is_a_new_one(settings: Any) -> None:
    row = make.resource(days=100)
    keeper = make.keeper(row.provider)
    upkeep.keep()
    Resource.objects.update(state="stale")
    workflow.confirm(row, by=keeper)
    now = fresh(row)
    assert (now.state, now.reminded_at) == ("published", None)
    assert now.confirmed_at is not None
    assert timezone.now() - now.confirmed_at < timedelta(minutes=1)
    assert upkeep.keep() == 0
    settings.RESOURCE_CONFIRM_DAYS = 0
    assert upkeep.keep() == 1
    assert Message.objects.filter(recipient=keeper, kind="resource.confirm").count() == 2


def test_drafts_and_what_was_taken_off_are_left_in_peace() -> None:
    for state in ("draft", "in_review", "stale", "withdrawn"):
        make.resource(days=400, state=state)
    assert upkeep.keep() == 0


# --- providers and keepers ----------------------------------------------------------------------------------------


def test_a_provider_has_a_name_in_both_languages() -> None:
    with pytest.raises(Refused, match="both languages"):
        workflow.write_provider(None, by=make.official(), facts={"name_en": "Park", "kind": "park"})
    with pytest.raises(Refused, match="Only the policy officials"):
        workflow.write_provider(None, by=UserFactory(), facts=make.both(name="Park"))
    row = workflow.write_provider(None, by=make.official(), facts={**make.both(name="Park"), "park": ParkFactory()})
    assert row.park_id == "fictional-park"


def test_a_keeper_is_let_in_once_the_address_is_theirs() -> None:
    provider, by = make.provider(), make.official()
    keeper = workflow.appoint(provider, by=by, email="Kim@Example.org", name="Kim")
    assert workflow.appoint(provider, by=by, email="kim@example.org", name="Kim") == keeper
    assert Message.objects.filter(email="kim@example.org", kind="resource.keeper").count() == 1
    kim = UserFactory(email="kim@example.org")
    address = EmailAddress.objects.create(user=kim, email=kim.email, verified=False)
    assert upkeep.keep() == 0
    address.verified = True
    address.save()
    assert upkeep.keep() == 1
    assert list(type(provider).objects.of_keeper(kim)) == [provider]
    workflow.dismiss(keeper, by=by)
    workflow.dismiss(keeper, by=by)
    assert not type(provider).objects.of_keeper(kim).exists()
    assert Keeper.objects.get().email == ""


def test_whoever_is_known_is_let_in_at_once_and_can_come_back() -> None:
    provider, by, kim = make.provider(), make.official(), UserFactory(email="kim@example.org")
    EmailAddress.objects.create(user=kim, email=kim.email, verified=True)
    for _time in range(2):
        workflow.dismiss(workflow.appoint(provider, by=by, email=kim.email, name="Kim"), by=by)
    workflow.appoint(provider, by=by, email=kim.email, name="Kim")
    assert type(provider).objects.of_keeper(kim).exists()


# --- pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [("plan.pdf", pdf("Plan")), ("a.png", b"<svg onload=alert(1)>"), ("a.html", b"<script>"), ("a.jpg", b"")],
)
def test_what_is_no_picture_is_refused(name: str, content: bytes) -> None:
    row, keeper = draft()
    about = make.both(about="View")
    with pytest.raises(ValidationError):
        workflow.add_file(row, by=keeper, file=SimpleUploadedFile(name, content), kind="picture", about=about)
    assert not row.files.exists()


def test_a_picture_is_described_in_both_languages_and_reviewed() -> None:
    row = make.resource()
    keeper = make.keeper(row.provider)
    with pytest.raises(Refused, match="both languages"):
        workflow.add_file(row, by=keeper, file=picture(), kind="plan", about={"about_en": "View", "about_zh_hans": ""})
    stored = workflow.add_file(row, by=keeper, file=picture(), kind="plan", about=make.both(about="View"))
    assert stored.content_type == "image/jpeg"
    assert fresh(row).state == "in_review"
    workflow.take_back(row, by=keeper)
    workflow.drop_file(row, by=keeper, key=stored.key)
    workflow.drop_file(row, by=keeper, key=stored.key)
    assert not row.files.exists()


def test_at_most_eight_pictures() -> None:
    row, keeper = draft()
    for _n in range(8):
        workflow.add_file(row, by=keeper, file=picture(), kind="picture", about=make.both(about="View"))
    with pytest.raises(Refused, match="At most 8"):
        workflow.add_file(row, by=keeper, file=picture(), kind="picture", about=make.both(about="View"))
