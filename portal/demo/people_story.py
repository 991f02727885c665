"""Departments, people, enterprises and who looks after whom, as acts of the demo's history."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import translation

from accounts.models import Department, User
from enterprises.credit_code import make
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Industry, Invitation, Membership
from enterprises.workflow import accept_invitation, claim, decide, describe, invite, set_titles
from portal.core.calendar import local_day
from portal.demo.cast import email_of, read
from portal.demo.clock import Clock, months_from
from portal.demo.story import Act, Story
from stewards.models import Stewardship

ADMIN = "zhou"
SINCE = 29  # working days ago the enterprises came to the portal


def create_people(story: Story) -> None:
    """Departments and accounts without a password: the picker is the only way in."""
    data = read("people.json")
    for row in data["departments"]:
        story.departments[row["code"]], _created = Department.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_zh_hans": row["zh"],
                "name_en": row["en"],
                "duties_zh_hans": row["duties_zh"],
                "duties_en": row["duties_en"],
                "phone": row["phone"],
            },
        )
    for row in data["people"]:
        department = row.get("department")
        user = User.objects.create_user(
            email_of(row),
            None,
            **{name: row[name] for name in ("name_zh", "name_en", "title_zh", "title_en", "phone", "language")},
            roles=row.get("roles", []),
            department=story.departments[department] if department else None,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        story.people[row["key"]] = user


def enterprise_acts(story: Story, clock: Clock) -> Iterator[Act]:
    """Each enterprise is claimed, verified, described; its people and stewards are there before the first request."""
    for n, row in enumerate(read("enterprises.json")):
        if row.get("pending"):
            yield Act(clock.moment(1, "11:20"), partial(_claim, story, row), row["owner"])
        elif row["owner"]:
            yield Act(clock.moment(SINCE, f"09:{n:02}"), partial(_claim, story, row), row["owner"])
            yield Act(clock.moment(SINCE, f"14:{n:02}"), partial(_verify, story, row), ADMIN)
            yield Act(clock.moment(SINCE - 1, f"10:{n:02}"), partial(_describe, story, row, clock), row["owner"])
        else:
            since = row.get("since", SINCE)
            yield Act(clock.moment(since, f"09:{n:02}"), partial(_register, story, row, clock))
        if row["member"]:
            yield Act(clock.moment(SINCE - 2, "10:00"), partial(_invite, story, row), row["owner"])
            yield Act(clock.moment(SINCE - 2, "11:00"), partial(_join, story, row), row["member"])
    yield Act(clock.moment(SINCE - 3, "09:00"), partial(_appoint_stewards, story, clock), ADMIN)


def _claim(story: Story, row: dict[str, Any]) -> None:
    names = {"name_zh_hans": row["name_zh"], "name_en": row["name_en"]}
    membership = claim(
        by=story.people[row["owner"]], credit_code=make(row["serial"]), names=names, evidence=row["evidence"]
    )
    story.enterprises[row["key"]] = membership.enterprise


def _register(story: Story, row: dict[str, Any], clock: Clock) -> None:
    """A record from the registry that nobody has claimed yet."""
    day = clock.day(row.get("since", SINCE)).isoformat()
    facts = _facts(row)
    story.enterprises[row["key"]] = enterprise = Enterprise.objects.create(
        credit_code=make(row["serial"]),
        name_zh_hans=row["name_zh"],
        name_en=row["name_en"],
        tier=row["tier"],
        sources={name: {"source": "registry", "on": day} for name, value in facts.items() if value is not None},
        **facts,
    )
    for code, (granted, _expires) in row["titles"].items():
        enterprise.title_grants.create(title_id=code, granted_on=months_from(clock.now, granted))


def _verify(story: Story, row: dict[str, Any]) -> None:
    membership = Membership.objects.get(enterprise=story.enterprises[row["key"]], state=MembershipState.CLAIMED)
    decide(membership, by=story.people[ADMIN], confirm=True)


def _describe(story: Story, row: dict[str, Any], clock: Clock) -> None:
    enterprise, owner = story.enterprises[row["key"]], story.people[row["owner"]]
    Enterprise.objects.filter(pk=enterprise.pk).update(tier=row["tier"])
    describe(enterprise, by=owner, facts=_facts(row))
    grants = {
        code: {"granted_on": months_from(clock.now, granted), "expires_on": months_from(clock.now, expires)}
        for code, (granted, expires) in row["titles"].items()
    }
    set_titles(enterprise, by=owner, grants=grants, complete=row["titles_complete"])
    enterprise.refresh_from_db()


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    """The file's values as those of the columns; null stays unknown."""
    facts = dict(row["facts"])
    industry, ratio, founded = facts.pop("industry"), facts["rd_expense_ratio"], facts["founded_on"]
    facts["subdistrict_id"], facts["park_id"] = facts.pop("subdistrict"), facts.pop("park")
    return facts | {
        "industry": Industry.objects.get(code=industry),
        "rd_expense_ratio": Decimal(ratio) if ratio else None,
        "founded_on": date.fromisoformat(founded) if founded else None,
    }


def _invite(story: Story, row: dict[str, Any]) -> None:
    owner = story.people[row["owner"]]
    with translation.override(owner.language):
        invite(story.enterprises[row["key"]], by=owner, email=story.people[row["member"]].email)


def _join(story: Story, row: dict[str, Any]) -> None:
    member = story.people[row["member"]]
    accept_invitation(Invitation.objects.get(email=member.email), by=member)


def _appoint_stewards(story: Story, clock: Clock) -> None:
    """One of them for a time only, which ends soon."""
    for row in read("people.json")["stewardships"]:
        scope = next(name for name in ("enterprise", "park", "subdistrict") if name in row)
        thing = {"enterprise": story.enterprises[row[scope]]} if scope == "enterprise" else {f"{scope}_id": row[scope]}
        last = local_day(clock.now) + timedelta(days=row["ends_in"]) if "ends_in" in row else None
        Stewardship.objects.create(
            steward=story.people[row["steward"]], scope=scope, starts_on=local_day(), ends_on=last, **thing
        )
