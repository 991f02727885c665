"""What is told: facts and needs in words, changes line by line, letters without what is private; and who may."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from investment import messages, rules, showing, words, workflow
from investment.enums import Kind
from investment.forms import SlotsForm, wan, yuan
from investment.models import Need, Provider, Resource
from investment.ranking import WEIGHTS
from notices.models import Message
from tests.factories import investment as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import SubdistrictFactory

NAMES = {"I": "Software", "C": "Manufacturing", "310109014": "Jiaxing Road Subdistrict"}
PARK = Provider(name_zh_hans="虚构", name_en="Fictional", kind="park")


def row(**facts: Any) -> Resource:
    return Resource(**{"provider": PARK, "kind": Kind.PREMISES, **make.both(title="Office", about="Bright"), **facts})


@pytest.mark.parametrize(
    ("facts", "label", "text"),
    [
        ({"area_m2": 1200}, "Area", "1,200 m²"),
        ({"area_m2": 1200, "area_min_m2": 100}, "Area", "1,200 m², in parts from 100 m²"),
        ({"area_m2": 90, "area_min_m2": 90}, "Area", "90 m²"),
        ({"rent": Decimal("4.5")}, "Rent", "CNY 4.50 per m² and day"),
        ({"rent": Decimal(152), "rent_unit": "month"}, "Rent", "CNY 152.00 per m² and month"),
        ({"fitout": "bare"}, "Fit-out", "Shell, without fit-out"),
        ({}, "Delivery date", "at once"),
        ({"available_on": date(2027, 3, 1)}, "Delivery date", "1 March 2027"),
        ({"sections": ["I", "C", "Z"]}, "Open to industries", "Software, Manufacturing, Z"),
        ({}, "Open to industries", "all industries"),
        ({"kind": "fund", "ticket_min": 500_000, "ticket_max": 2_000_000}, "Amount", "CNY 500,000 to CNY 2,000,000"),
        ({"kind": "fund", "ticket_min": 500_000}, "Amount", "from CNY 500,000"),
        ({"kind": "fund", "ticket_max": 500_000}, "Amount", "up to CNY 500,000"),
        ({"kind": "loan", "rate": Decimal("3.45")}, "Interest a year, from", "3.45%"),
        ({"kind": "rnd", "fee": 30_000}, "Fee, from", "CNY 30,000"),
        ({"kind": "incubator", "stages": ["seed", "unicorn"]}, "Stages", "Seed"),
    ],
)
def test_facts_in_words(facts: dict[str, Any], label: str, text: str) -> None:
    assert dict(showing.facts_of(row(**facts), NAMES))[label] == text


def test_what_is_not_stated_is_no_row() -> None:
    assert {label for label, _text in showing.facts_of(row(kind="talent"), NAMES)} == {
        *("Kind", "Provider", "Open to industries"),
    }


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        ({"area_m2": 90, "rent": Decimal(4)}, ["90 m²", "CNY 4.00 per m² and day"]),
        ({"kind": "loan", "ticket_max": 10_000}, ["up to CNY 10,000"]),
        ({"kind": "rnd", "fee": 10_000}, ["CNY 10,000"]),
        ({"available_on": date(2027, 3, 1)}, ["from 1 March 2027"]),
        ({"kind": "fund", "available_on": date(2027, 3, 1)}, []),
    ],
)
def test_in_short(facts: dict[str, Any], parts: list[str]) -> None:
    assert showing.in_short(row(**facts)) == parts


def test_chinese_facts_have_chinese_units() -> None:
    with translation.override("zh-hans"):
        told = [text for _label, text in showing.facts_of(row(area_m2=90, rent=Decimal(4)), NAMES)]
    assert "90平方米" in told
    assert "4.00元/平方米·天" in told


def test_changes_line_by_line_and_each_language_for_itself() -> None:
    now = row(rent=Decimal(4), floor="3")
    then = row(rent=Decimal(5), floor="3", about_en="Brighter", address_zh_hans="虚构路1号")
    assert showing.changes(now, then, NAMES) == [
        ("Rent", "CNY 4.00 per m² and day", "CNY 5.00 per m² and day"),
        ("Description (English)", "Bright", "Brighter"),
        ("Address (Chinese)", "", "虚构路1号"),
    ]
    assert showing.changes(now, now, NAMES) == []


def test_side_by_side_keeps_only_what_somebody_states() -> None:
    lines = dict(showing.side_by_side([row(area_m2=90), row(kind="loan", ticket_max=10_000)], NAMES))
    assert lines["Area"] == ["90 m²", ""]
    assert lines["Amount"] == ["", "up to CNY 10,000"]
    assert "Floor" not in lines


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        ({"area_from": 100, "area_to": 200}, ["100 to 200 m²"]),
        ({"area_from": 100}, ["from 100 m²"]),
        ({"area_to": 200}, ["up to 200 m²"]),
        ({"budget": Decimal(5)}, ["up to CNY 5.00 per m² and day"]),
        ({"amount": 1_000_000, "stage": "seed"}, ["CNY 1,000,000", "Seed"]),
        ({"wanted_by": date(2027, 3, 1)}, ["by 1 March 2027"]),
        ({"subdistricts": ["310109014"], "section": "I"}, ["Jiaxing Road Subdistrict", "Software"]),
        ({}, []),
    ],
)
def test_a_need_in_a_few_words(facts: dict[str, Any], parts: list[str]) -> None:
    assert showing.wanted(Need(kind="premises", **facts), NAMES) == parts


@pytest.mark.parametrize(
    ("typed", "kept"), [("0.1", 1_000), ("150.5", 1_505_000), ("10000000", 100_000_000_000), ("12.34", 123_400)]
)
def test_ten_thousands_there_and_back(typed: str, kept: int) -> None:
    assert yuan(Decimal(typed)) == kept
    assert wan(kept) == Decimal(typed)
    assert yuan(None) is None
    assert wan(None) is None


@pytest.mark.parametrize("amount", [10_000, 100_000, 1_000_000, 30_000])
def test_round_amounts_are_shown_as_people_write_them(amount: int) -> None:
    assert "E" not in str(wan(amount))


def test_times_are_those_that_were_filled_in() -> None:
    later = (timezone.localtime() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    form = SlotsForm({"slot_1": later.strftime("%Y-%m-%dT%H:%M"), "slot_3": later.strftime("%Y-%m-%d %H:%M")})
    assert form.is_valid(), form.errors
    assert form.slots() == [later, later]


def test_a_time_in_both_languages() -> None:
    moment = timezone.make_aware(datetime(2027, 3, 1, 14, 5))
    assert messages.time_words(moment) == "1 March 2027 14:05"
    with translation.override("zh-hans"):
        assert messages.time_words(moment) == "2027年3月1日 14:05"


# --- letters ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Does this still hold? Office"), ("zh-hans", "请确认是否仍然有效：Office（中）")]
)
def test_each_keeper_is_written_to_in_their_language_and_once(language: str, subject: str) -> None:
    known = make.resource(days=90, **make.both(title="Office", about="№"))
    keeper = make.keeper(known.provider, user=UserFactory(language=language))
    for _n in range(2):
        messages.to_confirm(known, date(2027, 3, 1))
    letter = Message.objects.get(recipient=keeper)
    assert letter.subject == subject
    assert letter.url.endswith(f"/resource-room/{known.pk}/")


@pytest.mark.django_db
def test_whoever_has_no_account_is_told_how_to_get_in() -> None:
    workflow.appoint(make.provider(), by=make.official(), email="kim@example.org", name="Kim")
    letter = Message.objects.get(email="kim@example.org")
    assert letter.recipient is None
    assert "kim@example.org" in letter.body
    assert letter.language == "zh-hans"


@pytest.mark.django_db
def test_the_enterprises_owners_are_told_when_the_asker_has_left() -> None:
    person = make.member()
    viewing = make.viewing(make.resource(), person)
    assert messages.people_of(viewing) == [person]
    owner = make.member(person.enterprise)
    person.memberships.update(state="ended")
    assert messages.people_of(viewing) == [owner]
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert messages.people_of(viewing) == []


@pytest.mark.django_db
def test_everybody_who_keeps_the_entries_is_told() -> None:
    provider = make.provider()
    keepers = [make.keeper(provider) for _n in range(2)]
    gone = make.keeper(provider)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert messages.keepers_of(provider) == messages.provider_side(provider) == keepers


# --- rules --------------------------------------------------------------------------------------------------------

STATES = ("asked", "offered", "agreed", "held", "cancelled")


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("side", ["enterprise", "provider"])
def test_whose_turn_it_is(side: str, state: str) -> None:
    viewing = make.viewing(make.resource(), make.member(), state=state, at=timezone.now())
    assert bool(rules.may_agree(side, viewing)) == ((side, state) in {("provider", "asked"), ("enterprise", "offered")})
    coming = state in ("asked", "offered", "agreed")
    assert bool(rules.may_propose(side, viewing)) == bool(rules.may_cancel(side, viewing)) == coming
    assert bool(rules.may_hold(side, viewing)) == (state == "agreed")
    for verdict in (rules.may_agree(side, viewing), rules.may_propose(side, viewing), rules.may_hold(side, viewing)):
        assert verdict or len(str(verdict.reason)) > 15


@pytest.mark.django_db
def test_somebody_on_both_sides_is_known_on_both() -> None:
    person, of = make.member(), make.provider()
    make.keeper(of, user=person)
    viewing = make.viewing(make.resource(of), person)
    assert rules.sides(person, viewing) == {"enterprise", "provider"}
    assert rules.sides(UserFactory(), viewing) == set()


@pytest.mark.django_db
def test_the_park_decides_about_the_subdistrict_and_the_database_about_nonsense() -> None:
    from django.db import IntegrityError, transaction

    place = SubdistrictFactory()
    for nonsense in (
        {"area_m2": 0},
        {"area_m2": 10, "area_min_m2": 20},
        {"kind": "fund", "ticket_min": 2, "ticket_max": 1},
        {"rent": -1, "rent_day": 1},
        {"confirmed_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.resource(subdistrict=place, **nonsense)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.need(area_from=5, area_to=4)
    person, shown = make.member(), make.resource()
    make.viewing(shown, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.viewing(shown, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.viewing(make.resource(), person, state="agreed")
    make.viewing(shown, person, state="cancelled")


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_names_every_weight_of_its_kind(kind: str, language: str) -> None:
    with translation.override(language):
        told = words.weights(kind)
    percents = [int(each) for each in re.findall(r"(\d+)%", told)]
    assert sum(percents) == 100
    assert percents == sorted(percents, reverse=True)
    assert len(percents) == len(WEIGHTS[kind])
    assert ("rent" in told) == (language == "en" and "rent" in WEIGHTS[kind])
