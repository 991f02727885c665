"""More time: asked for with a reason, given or refused by another person, told to the enterprise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from portal.core.access import Refused
from stewards import workflow
from stewards.models import CountingRule, HelpRequest, LeaderLink, ServiceStandard, TimeAsk
from stewards.standard import deadlines
from tests.factories.accounts import UserFactory
from tests.factories.standards import time_ask
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.stewards.scene import Scene, last_mail, mails
from tests.stewards.test_deadlines import at

AsUser = Callable[[Any], Client]
pytestmark = pytest.mark.django_db
MONDAY = at(2026, 6, 1)  # a help request received then is due on Monday 8 June


@pytest.fixture
def now() -> Any:
    with time_machine.travel(MONDAY, tick=False) as travel:
        yield travel


@pytest.fixture
def asked(now: Any, scene: Scene) -> HelpRequest:
    return scene.request("accepted")


def more(request: HelpRequest, by: Any, days: int | None = 3, kind: str = "extension", **given: Any) -> TimeAsk:
    workflow.ask_time(request, by=by, kind=kind, days=days, reason="The tax office has to look.", **given)
    return TimeAsk.objects.latest("pk")


def test_asked_given_and_told(scene: Scene, asked: HelpRequest) -> None:
    ask = more(asked, scene.steward)
    assert (ask.days, ask.due_before, ask.state, ask.for_leader) == (3, date(2026, 6, 8), "pending", False)
    assert mails(scene.admin)[-1] == ("request.time_asked", "held")
    assert "/desk/extensions/" in last_mail(scene.admin).url
    assert HelpRequest.objects.get().due_on == date(2026, 6, 8), "the promise stays until somebody has decided"
    done = workflow.grant_time(asked, by=scene.admin, ask=ask)
    assert (done.due_on, done.promised_days, done.complex) == (date(2026, 6, 11), 8, False)
    body = last_mail(scene.owner).body
    assert "We are sorry that it takes longer than we promised." in body
    assert (
        "Ada Admin approved more time, which Stella Steward had asked for: due by 11 June 2026 instead of 8 June 2026"
        in body
    )
    assert "Reason: The tax office has to look." in body
    assert last_mail(scene.steward).kind == "request.extended"
    ask.refresh_from_db()
    assert (ask.state, ask.decided_by, ask.due_after) == ("approved", scene.admin, date(2026, 6, 11))


def test_everybody_reads_the_same(scene: Scene, asked: HelpRequest, as_user: AsUser) -> None:
    workflow.grant_time(asked, by=scene.admin, ask=more(asked, scene.steward))
    words = "due by 11 June 2026 instead of 8 June 2026"
    pages = [
        as_user(scene.owner).get(f"/en/requests/{asked.number}/").content.decode(),
        as_user(scene.steward).get(f"/en/desk/{asked.number}/").content.decode(),
    ]
    for page in pages:
        assert words in page
        assert "Answer due by Thursday 11 June 2026 (8 working days)." in page
        assert "8 working days are left." in page
        assert "The tax office has to look." in page
    assert "due in 8 working days" in as_user(scene.steward).get("/en/desk/").content.decode()


def test_refused_with_a_word(scene: Scene, asked: HelpRequest, as_user: AsUser) -> None:
    ask = more(asked, scene.steward)
    before = len(mails(scene.owner))
    with pytest.raises(Refused, match="Say why it is refused"):
        workflow.refuse_time(asked, by=scene.admin, ask=ask, word=" ")
    done = workflow.refuse_time(asked, by=scene.admin, ask=ask, word="Three days are enough.")
    assert (done.due_on, done.lock_version) == (date(2026, 6, 8), asked.lock_version)
    assert "Three days are enough." in last_mail(scene.steward).body
    assert len(mails(scene.owner)) == before, "nothing has changed for the enterprise"
    assert "Three days" not in as_user(scene.owner).get(f"/en/requests/{asked.number}/").content.decode()
    assert more(asked, scene.steward, days=1).state == "pending", "one may ask again"


def test_approved_as_complex(scene: Scene, asked: HelpRequest) -> None:
    ServiceStandard.objects.filter(type="help").update(complex_days=12)
    ask = more(asked, scene.steward, kind="complex", days=None)
    assert ask.days == 12
    done = workflow.grant_time(asked, by=scene.admin, ask=ask)
    assert (done.due_on, done.promised_days, done.complex) == (date(2026, 6, 17), 12, True)
    assert "approved the request as complex" in last_mail(scene.owner).body
    with pytest.raises(Refused, match="approved as complex already"):
        more(asked, scene.steward, kind="complex")


def test_complex_counts_the_days_we_waited(scene: Scene, asked: HelpRequest, now: Any) -> None:
    waiting = workflow.ask_back(asked, by=scene.steward, text="Since when?")
    now.move_to(at(2026, 6, 3))
    asked = workflow.reply(waiting, by=scene.owner, text="Since May.")
    done = workflow.grant_time(asked, by=scene.admin, ask=more(asked, scene.steward, kind="complex"))
    assert done.due_on == date(2026, 6, 25), "15 and the 2 working days of waiting, over the Dragon Boat festival"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"days": 0}, "Ask for 1 to 15 working days"),
        ({"days": 16}, "Ask for 1 to 15 working days"),
        ({"days": None}, "Ask for 1 to 15 working days"),
        ({"kind": "odd"}, "Ask for 1 to 15 working days"),
        ({"seen": 99}, "Nothing was changed"),
    ],
)
def test_what_cannot_be_asked(scene: Scene, asked: HelpRequest, given: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        more(asked, scene.steward, **given)
    assert not TimeAsk.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_reason_is_needed_and_no_novel(scene: Scene, asked: HelpRequest, reason: str) -> None:
    with pytest.raises(Refused):
        workflow.ask_time(asked, by=scene.steward, kind="extension", days=1, reason=reason)


def test_one_at_a_time(scene: Scene, asked: HelpRequest) -> None:
    more(asked, scene.steward)
    with pytest.raises(Refused, match="Stella Steward has asked for more time already"):
        more(asked, scene.admin)


def test_overdue_only_the_service_centre_asks(scene: Scene, asked: HelpRequest, now: Any) -> None:
    now.move_to(at(2026, 6, 9))
    with pytest.raises(Refused, match="only the service centre can still ask"):
        more(asked, scene.steward)
    second = UserFactory(roles=["admin"])
    now.move_to(at(2026, 6, 15))
    with pytest.raises(Refused, match="Even so"):
        more(asked, scene.admin, days=2)
    ask = more(asked, scene.admin, days=9)
    assert mails(second)[-1] == ("request.time_asked", "queued"), "it presses"
    with pytest.raises(Refused, match="another person decides"):
        workflow.grant_time(asked, by=scene.admin, ask=ask)
    assert workflow.grant_time(asked, by=second, ask=ask).due_on == date(2026, 6, 22)


def test_nobody_gives_time_to_themselves(scene: Scene, asked: HelpRequest) -> None:
    with pytest.raises(Refused, match="needs a second person"):
        more(asked, scene.admin)
    for person in (scene.steward, scene.handler, scene.owner):
        with pytest.raises(Refused, match="decide on more time"):
            workflow.grant_time(asked, by=person, ask=TimeAsk(pk=1))


def test_decided_twice_is_told(scene: Scene, asked: HelpRequest) -> None:
    ask = more(asked, scene.steward)
    workflow.grant_time(asked, by=scene.admin, ask=ask)
    for verb, words in ((workflow.grant_time, {}), (workflow.refuse_time, {"word": "No."})):
        with pytest.raises(Refused, match="Ada Admin has decided on it already"):
            verb(asked, by=UserFactory(roles=["admin"]), ask=ask, **words)
    assert HelpRequest.objects.get().due_on == date(2026, 6, 11)


def test_an_ask_of_an_earlier_round_is_over(scene: Scene, asked: HelpRequest) -> None:
    ask = more(asked, scene.steward)
    workflow.answer(asked, by=scene.steward, text="Apply online.")
    assert not TimeAsk.objects.all().pending().exists()
    workflow.reopen(asked, by=scene.owner, reason="Not settled.")
    assert not TimeAsk.objects.all().pending().exists()
    with pytest.raises(Refused, match="nothing to decide"):
        workflow.grant_time(asked, by=scene.admin, ask=ask)
    other = HelpRequestFactory(state="assigned", steward=scene.steward)
    with pytest.raises(Refused, match="nothing to decide"):
        workflow.grant_time(other, by=scene.admin, ask=ask)
    assert more(asked, scene.steward).round == 2


class TestLeader:
    """Beyond what the service centre may alone, the linked leader decides."""

    @pytest.fixture
    def leader(self, scene: Scene) -> Any:
        return UserFactory(roles=["leader"], name_en="Lea Leader")

    @pytest.fixture
    def second(self, scene: Scene, asked: HelpRequest, leader: Any) -> TimeAsk:
        workflow.grant_time(asked, by=scene.admin, ask=more(asked, scene.steward))
        return more(asked, scene.steward)

    def test_decides_the_second(self, scene: Scene, asked: HelpRequest, second: TimeAsk, leader: Any) -> None:
        assert second.for_leader
        assert mails(leader)[-1][0] == "request.time_asked"
        with pytest.raises(Refused, match="the linked leader decides this time"):
            workflow.grant_time(asked, by=scene.admin, ask=second)
        assert workflow.grant_time(asked, by=leader, ask=second).due_on == date(2026, 6, 16)

    def test_only_who_is_linked(
        self, scene: Scene, asked: HelpRequest, second: TimeAsk, leader: Any, as_user: AsUser
    ) -> None:
        linked = UserFactory(roles=["leader"])
        LeaderLink.objects.create(leader=linked, enterprise=scene.enterprise, starts_on=date(2026, 1, 1))
        with pytest.raises(Refused, match="linked leader"):
            workflow.grant_time(asked, by=leader, ask=second)
        url = f"/en/desk/extensions/{second.pk}/"
        assert as_user(leader).get(url).status_code == 404
        assert "Rent subsidy" not in as_user(leader).get("/en/desk/extensions/").content.decode()
        assert "Rent subsidy" in as_user(linked).get("/en/desk/extensions/").content.decode()
        assert as_user(linked).post(url, {"act": "grant"}).status_code == 302
        assert as_user(linked).get(url).status_code == 200, "one's own decision stays readable"

    def test_without_a_leader_nobody_can(self, scene: Scene, asked: HelpRequest) -> None:
        CountingRule.objects.create(valid_from=date(2026, 1, 1), extensions=0)
        with pytest.raises(Refused, match="or a linked leader"):
            more(asked, scene.steward)


class TestPages:
    def test_from_the_request_page_to_the_decision(self, scene: Scene, asked: HelpRequest, as_user: AsUser) -> None:
        steward, admin = as_user(scene.steward), as_user(scene.admin)
        url = f"/en/desk/{asked.number}/"
        seen = {"seen": asked.lock_version}
        bare = steward.post(f"{url}ask_time/", {**seen, "kind": "extension", "reason": "Long."})
        assert "Say how many working days more are needed." in bare.content.decode()
        assert steward.post(f"{url}ask_time/", {**seen, "kind": "extension", "days": 2, "reason": "Long."}).url == url
        page = steward.get(url).content.decode()
        assert "asks for more time; the date stays" in page
        assert "act-ask_time" not in page, "one ask at a time"
        ask = TimeAsk.objects.get()
        assert f"/desk/extensions/{ask.pk}/" not in page
        assert f"/desk/extensions/{ask.pk}/" in admin.get(url).content.decode()
        overview = admin.get("/en/centre/").content.decode()
        assert 'More time asked for</a></dt><dd class="warn">1</dd>' in overview
        decision = admin.get(f"/en/desk/extensions/{ask.pk}/").content.decode()
        assert "10 June 2026" in decision
        assert "2 working days more" in decision
        done = admin.post(f"/en/desk/extensions/{ask.pk}/", {"act": "grant"}, follow=True).content.decode()
        assert "The enterprise has been told the new date" in done
        assert "Nothing waits for a decision" in done
        again = admin.post(f"/en/desk/extensions/{ask.pk}/", {"act": "grant"}).content.decode()
        assert "has decided on it already" in again
        assert "Asked before" not in again
        assert HelpRequest.objects.get().due_on == date(2026, 6, 10), "once"

    def test_refusing_on_the_page(self, scene: Scene, asked: HelpRequest, as_user: AsUser) -> None:
        url = f"/en/desk/extensions/{more(asked, scene.steward).pk}/"
        admin = as_user(scene.admin)
        assert "Say why it is refused" in admin.post(url, {"act": "refuse", "word": ""}).content.decode()
        assert admin.post(url, {"act": "odd"}).status_code == 404
        assert "stays" in admin.post(url, {"act": "refuse", "word": "<b>No</b>"}, follow=True).content.decode()
        assert "&lt;b&gt;No&lt;/b&gt;" in admin.get("/en/desk/extensions/").content.decode()

    @pytest.mark.parametrize("role", ["steward", "handler", "editor", "auditor"])
    def test_for_others_there_is_no_such_page(
        self, scene: Scene, asked: HelpRequest, as_user: AsUser, role: str
    ) -> None:
        ask = more(asked, scene.steward)
        client = as_user(UserFactory(roles=[role]))
        assert client.get("/en/desk/extensions/").status_code == 404
        assert client.post(f"/en/desk/extensions/{ask.pk}/", {"act": "grant"}).status_code == 404
        assert TimeAsk.objects.get().state == "pending"

    def test_who_asked_reads_that_another_decides(self, scene: Scene, asked: HelpRequest, as_user: AsUser) -> None:
        UserFactory(roles=["admin"])
        ask = more(asked, scene.admin)
        page = as_user(scene.admin).get(f"/en/desk/extensions/{ask.pk}/").content.decode()
        assert "You asked for it yourself: another person decides." in page
        assert 'value="grant"' not in page

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_a_constant_number_of_queries(
        self, scene: Scene, as_user: AsUser, count: int, django_assert_num_queries: Any
    ) -> None:
        admin, due = as_user(scene.admin), deadlines.local_day() + timedelta(days=9)
        for _n in range(count):
            request = accepted(scene.steward, enterprise=scene.enterprise, due_on=due)
            time_ask(request, scene.steward, kind="complex", days=15)
        admin.get("/en/desk/extensions/")
        with django_assert_num_queries(4):  # session, person, asks, decisions
            assert admin.get("/en/desk/extensions/").content.decode().count("Approval as complex") == count


def test_in_chinese_as_well(scene: Scene, asked: HelpRequest) -> None:
    scene.owner.language = "zh-hans"
    scene.owner.save(update_fields=["language"])
    workflow.grant_time(asked, by=scene.admin, ask=more(asked, scene.steward))
    assert "2026年6月11日" in last_mail(scene.owner).body
    with translation.override("zh-hans"):
        assert "2026年6月11日" in deadlines.explain(HelpRequest.objects.get())[0]
