"""Who is above a request: leaders with several links, one who has left, none at all; and the enterprise's own voice."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from notices.models import Message
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.escalation import leaders
from stewards.models import HelpRequest, LeaderLink, Reminder, ReminderRule, RequestEvent
from stewards.reminding.due import Staff
from stewards.reminding.sweep import sweep
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, SubdistrictFactory
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.scene import Scene, mails
from tests.stewards.test_escalation import stand

DAY = timedelta(days=1)
LONG_AGO = timedelta(days=20)


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    """Only the rules that these tests are about."""
    told_of = ["overdue-leader", "overdue-enterprise", "unreported", "unrated", "lasting"]
    ReminderRule.objects.exclude(code__in=told_of).update(active=False)


def leader(**fields: Any) -> Any:
    return UserFactory(roles=["leader"], **fields)


def link(who: Any, begins: int = -30, ends: int | None = None, **to: Any) -> LeaderLink:
    to = {"scope": next(iter(to)), **to}
    ends_on = None if ends is None else local_day() + ends * DAY
    return LeaderLink.objects.create(leader=who, starts_on=local_day() + begins * DAY, ends_on=ends_on, **to)


def late(scene: Scene, **fields: Any) -> HelpRequest:
    return stand(scene, due_on=local_day() - LONG_AGO, submitted_at=timezone.now() - 2 * LONG_AGO, **fields)


def told(code: str = "overdue-leader") -> list[Any]:
    return list(Reminder.objects.filter(rule__code=code).order_by("recipient").values_list("recipient", flat=True))


def at_ten() -> Any:
    now = timezone.localtime()
    return now.replace(hour=10)


class TestSeveralLinks:
    def test_two_ways_to_one_enterprise_are_one_reminder(self, scene: Scene) -> None:
        scene.enterprise.tier, scene.enterprise.subdistrict = "district", SubdistrictFactory()
        scene.enterprise.save()
        who = leader()
        link(who, enterprise=scene.enterprise)
        link(who, tier="district")
        link(who, subdistrict=scene.enterprise.subdistrict)
        asked = late(scene)
        sweep(at_ten())
        assert told() == [who.pk]
        assert list(HelpRequest.objects.readable_by(who)) == [asked]

    def test_each_of_several_leaders(self, scene: Scene) -> None:
        scene.enterprise.tier = "district"
        scene.enterprise.save()
        one, other, elsewhere = leader(), leader(), leader()
        link(one, enterprise=scene.enterprise)
        link(other, tier="district")
        link(elsewhere, enterprise=EnterpriseFactory())
        late(scene)
        sweep(at_ten())
        assert told() == [one.pk, other.pk]

    def test_one_leader_of_several_enterprises(self, scene: Scene) -> None:
        who, second = leader(), EnterpriseFactory()
        for enterprise in (scene.enterprise, second):
            link(who, enterprise=enterprise)
        asked = [late(scene)]
        asked.append(
            HelpRequestFactory(state="in_progress", steward=scene.steward, enterprise=second, due_on=asked[0].due_on)
        )
        sweep(at_ten())
        assert told() == [who.pk, who.pk]
        assert set(HelpRequest.objects.readable_by(who)) == set(asked)


class TestTheEndOfALink:
    """Whose links have all ended has no charge: neither the department's nor the whole district's."""

    @pytest.mark.parametrize(
        ("begins", "ends", "reads"),
        [(-30, None, True), (-30, 0, True), (0, None, True), (-30, -1, False), (1, None, None), (1, 9, None)],
        ids=["running", "last-day", "first-day", "ended", "to-come", "to-come-and-end"],
    )
    @pytest.mark.parametrize("department", [False, True], ids=["district", "department"])
    def test_what_one_reads(
        self, scene: Scene, begins: int, ends: int | None, reads: bool | None, department: bool
    ) -> None:
        mine = late(scene)
        elsewhere = HelpRequestFactory(
            state="in_progress", due_on=mine.due_on, department=DepartmentFactory(), steward=scene.second
        )
        who = leader(department=elsewhere.department if department else None)
        link(who, begins, ends, enterprise=scene.enterprise)
        wide = {elsewhere} if department else {mine, elsewhere}  # as before the first link begins
        expected = wide if reads is None else {mine} if reads else set()
        assert set(HelpRequest.objects.readable_by(who)) == expected
        charged = {
            each for each in (mine, elsewhere) if HelpRequest.objects.filter(Staff.now().charge_of(who), pk=each.pk)
        }
        assert charged == expected, "who is told is who may read it"

    def test_ended_and_begun_anew(self, scene: Scene) -> None:
        who, asked = leader(), late(scene)
        link(who, -30, -9, enterprise=EnterpriseFactory())
        assert asked not in HelpRequest.objects.readable_by(who)
        leaders.link(by=scene.admin, leader=who, scope="enterprise", enterprise=scene.enterprise, starts_on=local_day())
        assert asked in HelpRequest.objects.readable_by(who)

    def test_what_was_told_stays_readable(self, scene: Scene) -> None:
        who, asked = leader(), late(scene)
        made = link(who, enterprise=scene.enterprise)
        sweep(at_ten())
        made.ends_on = local_day() - DAY
        made.save()
        assert asked in HelpRequest.objects.readable_by(who)


class TestNobodyAbove:
    """An escalation never ends nowhere: without a leader in charge the service centre gets it in the leader's place."""

    @pytest.mark.parametrize(
        "case", ["none", "left", "role taken", "linked elsewhere", "link ended", "of another department"]
    )
    def test_the_service_centre_stands_in(self, scene: Scene, case: str) -> None:
        asked = late(scene)
        if case == "left":
            link(leader(is_active=False), enterprise=scene.enterprise)
        elif case == "role taken":
            link(UserFactory(roles=["steward"]), enterprise=scene.enterprise)
        elif case == "linked elsewhere":
            link(leader(), enterprise=EnterpriseFactory())
        elif case == "link ended":
            link(leader(), -30, -1, enterprise=scene.enterprise)
        elif case == "of another department":
            leader(department=DepartmentFactory())
        sweep(at_ten())
        assert told() == [scene.admin.pk]
        body = Message.objects.get(kind="reminder.overdue-leader").body
        assert "in charge of the service centre while no leader is linked here" in body
        assert Message.objects.filter(recipient=asked.asker, kind="reminder.overdue-enterprise").count() == 1

    @pytest.mark.parametrize("case", ["linked", "of the department", "of the district"])
    def test_a_leader_in_charge_is_told_alone(self, scene: Scene, case: str) -> None:
        who = leader(department=scene.steward.department if case == "of the department" else None)
        if case == "linked":
            link(who, enterprise=scene.enterprise)
        late(scene)
        sweep(at_ten())
        assert told() == [who.pk]

    def test_a_founder_without_an_enterprise(self, scene: Scene) -> None:
        who = leader()
        link(who, enterprise=scene.enterprise)
        HelpRequestFactory(state="in_progress", enterprise=None, steward=scene.steward, due_on=local_day() - LONG_AGO)
        sweep(at_ten())
        assert told() == [scene.admin.pk], "no enterprise, so no linked leader"


def test_each_open_instruction_has_its_own_reminder(scene: Scene) -> None:
    """When the older one is reported on, the younger one's time runs from its own day."""
    who, now = leader(), at_ten()
    link(who, enterprise=scene.enterprise)
    with time_machine.travel(now - 12 * DAY):
        asked = workflow.instruct(stand(scene), by=who, text="One")
    with time_machine.travel(now - 6 * DAY):
        asked = workflow.instruct(asked, by=who, text="Two")
    sweep(now)
    assert told("unreported") == [scene.steward.pk]
    asked = workflow.report(asked, by=scene.steward, text="Done one.", instruction=asked.instructions.first())
    assert asked.attention_at is not None
    assert asked.attention_at.date() == (now - 6 * DAY).date()
    sweep(now)
    assert told("unreported") == [scene.steward.pk] * 2
    assert workflow.report(asked, by=scene.steward, text="Done two.").attention_at is None


class TestNobodyHasContactedMe:
    @pytest.mark.parametrize("who", ["owner", "colleague"])
    def test_any_member_once_a_day_for_all_of_them(self, scene: Scene, who: str) -> None:
        asked = stand(scene, "accepted")
        by, other = getattr(scene, who), scene.colleague if who == "owner" else scene.owner
        workflow.unheard(asked, by=by)
        for again in (by, other):
            with pytest.raises(Refused, match="told us today"):
                workflow.unheard(asked, by=again)
        assert RequestEvent.objects.filter(kind="unheard").count() == 1
        assert len(mails(scene.admin)) == 1

    @pytest.mark.parametrize(("hours", "said"), [(0.5, False), (25, True)])
    def test_not_twice_within_the_hour(self, scene: Scene, hours: float, said: bool) -> None:
        noon = timezone.localtime().replace(hour=12)
        with time_machine.travel(noon):
            asked = workflow.unheard(stand(scene, "accepted"), by=scene.owner)
        with time_machine.travel(noon + timedelta(hours=hours)):
            if said:
                workflow.unheard(asked, by=scene.owner)
            else:
                with pytest.raises(Refused, match="told us today"):
                    workflow.unheard(asked, by=scene.owner)
        assert RequestEvent.objects.filter(kind="unheard").count() == 1 + said

    @pytest.mark.parametrize("minutes", [-5, -59])
    def test_not_twice_within_the_hour_over_midnight(self, scene: Scene, minutes: int) -> None:
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        with time_machine.travel(midnight + timedelta(minutes=minutes), tick=False):
            asked = workflow.unheard(stand(scene, "accepted"), by=scene.owner)
        with time_machine.travel(midnight, tick=False), pytest.raises(Refused, match="told us"):
            workflow.unheard(asked, by=scene.owner)
        with time_machine.travel(midnight + timedelta(hours=1), tick=False):
            workflow.unheard(asked, by=scene.owner)

    @pytest.mark.parametrize("state", ["answered", "rated", "closed"])
    def test_after_it_was_done_a_new_round_and_nothing_against_the_enterprise(self, scene: Scene, state: str) -> None:
        asked = stand(scene, state, round=1)
        again = workflow.unheard(asked, by=scene.colleague, text="Nobody called.")
        assert (again.state, again.round, again.answered_at, again.closed_at) == ("in_progress", 2, None, None)
        assert again.due_on >= local_day()
        assert ("request.unheard", "queued") in mails(scene.admin)
        assert ("request.unheard", "queued") in mails(scene.steward)

    @pytest.mark.parametrize("who", ["outsider", "steward", "admin", "handler"])
    def test_nobody_else_says_it(self, scene: Scene, who: str) -> None:
        with pytest.raises(Refused):
            workflow.unheard(stand(scene, "accepted"), by=getattr(scene, who))

    @pytest.mark.parametrize("state", ["withdrawn", "not_accepted", "merged", "draft"])
    def test_not_of_what_came_to_nothing(self, scene: Scene, state: str) -> None:
        asked = scene.request(state)
        with pytest.raises(Refused):
            workflow.unheard(asked, by=scene.owner)

    @pytest.mark.parametrize(
        "text", ["\x00", "a\x00b", "x" * 2_001, "\ud800"], ids=["nul", "nul-inside", "long", "half"]
    )
    @pytest.mark.parametrize("page", ["", "lasted/"])
    def test_odd_words_are_no_error_of_ours(self, scene: Scene, as_user: Any, text: str, page: str) -> None:
        asked = stand(scene, "closed")
        data = {"text": text.encode("utf-8", "replace").decode(), "lasted": "no", "act": "unheard", "seen": 0}
        answer = as_user(scene.owner).post(f"/en/requests/{asked.number}/{page}", data)
        assert answer.status_code in (200, 302, 400)

    def test_words_that_are_too_long_come_back(self, scene: Scene, as_user: Any) -> None:
        asked = stand(scene, "accepted")
        client, words = as_user(scene.owner), "Nobody called. " * 140
        url = f"/en/requests/{asked.number}/"
        answer = client.post(url, {"act": "unheard", "seen": asked.lock_version, "text": words})
        assert words.strip() in answer.content.decode()
        assert "at most 2000 characters" in answer.content.decode()
        assert not RequestEvent.objects.filter(kind="unheard").exists()
        sent = {"act": "unheard", "seen": asked.lock_version, "text": words[:1_500]}
        assert "know now" in client.post(url, sent, follow=True).content.decode()
        again = client.post(url, sent | {"text": "And again."}).content.decode()
        assert "told us today" in again
        assert "And again." in again
        assert RequestEvent.objects.filter(kind="unheard").count() == 1

    def test_after_the_member_has_left(self, scene: Scene, as_user: Any) -> None:
        asked = stand(scene, "accepted")
        client = as_user(scene.colleague)
        scene.colleague.memberships.all().delete()
        assert client.post(f"/en/requests/{asked.number}/", {"act": "unheard", "seen": 0}).status_code == 404


class TestDidItLast:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize(("state", "ago", "code"), [("answered", 12, "unrated"), ("closed", 12, "lasting")])
    def test_the_mail_in_both_languages(self, scene: Scene, language: str, state: str, ago: int, code: str) -> None:
        scene.owner.language = language
        scene.owner.save()
        then = timezone.now() - ago * DAY
        times = {"answered_at": then, "closed_at": then if state == "closed" else None}
        asked = stand(scene, state, language=language, subject="房租补贴" if language == "zh-hans" else "Rent", **times)
        sweep(at_ten())
        message = Message.objects.get(kind=f"reminder.{code}")
        assert (message.recipient, message.language, message.state) == (scene.owner, language, "held")
        assert message.url == f"/{language}/requests/{asked.number}/"
        assert ("/rate/" in message.body) is (code == "unrated"), "a link for the rating alone"
        assert "/rate/" not in message.body_for_others.replace("/rate/…", "")
        if language == "zh-hans":
            words = message.body.replace("http://localhost:8000/zh-hans/rate/", "")
            assert "未" in words or "是否" in words
            with bilingual.speaking("zh-hans"):
                assert "Did " not in message.subject

    def test_the_asker_has_left_and_the_owner_is_asked(self, scene: Scene) -> None:
        then = timezone.now() - 12 * DAY
        asked = stand(scene, "closed", answered_at=then, closed_at=then)
        asked.asker = MembershipFactory(enterprise=scene.enterprise, role="member", state="removed").user
        asked.save()
        sweep(at_ten())
        assert Reminder.objects.get(rule__code="lasting").recipient == scene.owner

    def test_nobody_is_left_to_ask(self, scene: Scene) -> None:
        then = timezone.now() - 12 * DAY
        stand(scene, "closed", answered_at=then, closed_at=then)
        scene.enterprise.memberships.all().delete()
        assert sweep(at_ten()) == 0
