"""Ratings of callers without an account: by the link in their e-mail, or written down by somebody uninvolved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.models import Message
from portal.core.access import Denied, Refused
from stewards import rules, timeline, workflow
from stewards.deskwork import callers, recording
from stewards.figures import asked_about
from stewards.models import HelpRequest
from stewards.rating import links, rectifying
from stewards.rating.links import Opened, Why
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.parts import RequestPartFactory
from tests.factories.policies import PolicyFactory
from tests.stewards.scene import Scene, mails

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
CALLER = "Mr Fictional · 021-5555 0199"


def called(scene: Scene, caller: str = CALLER, **facts: Any) -> HelpRequest:
    """Asked by telephone, answered by the steward."""
    said = {"channel": "phone", "subject": "Rent", "body": "How?", "language": "en", "enterprise": None, **facts}
    asked = recording.record(by=scene.second, caller=caller, **said)
    if asked.steward not in (None, scene.steward):
        HelpRequest.objects.filter(pk=asked.pk).update(steward=scene.steward, handler=scene.steward)
    workflow.accept(HelpRequest.objects.get(pk=asked.pk), by=scene.steward)
    return workflow.answer(HelpRequest.objects.get(pk=asked.pk), by=scene.steward, text="Apply online.")


def now(asked: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=asked.pk)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def may(who: Any, asked: HelpRequest) -> bool:
    return bool(rules.may(who, "write_rating", now(asked)))


@pytest.mark.parametrize(
    ("caller", "address"),
    [
        ("Ms Li · 021-1 · li@example.org", "li@example.org"),
        ("邮箱：li.na+1@example.com.cn，电话021-1", "li.na+1@example.com.cn"),
        ("li@example", ""),
        ("@home · 021-1", ""),
        ("a@b@c.org", ""),
        ("", ""),
    ],
)
def test_the_address_in_what_was_written_down(scene: Scene, caller: str, address: str) -> None:
    asked = recording.record(by=scene.second, enterprise=None, channel="phone", subject="S", body="B", caller=CALLER)
    HelpRequest.objects.filter(pk=asked.pk).update(caller=caller)
    assert callers.address_of(now(asked)) == address


def test_who_may_write_it_down(scene: Scene) -> None:
    asked = called(scene)
    third = StewardFactory(department=scene.steward.department)
    HelpRequest.objects.filter(pk=asked.pk).update(department=scene.steward.department)
    assert may(scene.admin, asked)
    assert may(third, asked)
    for person in (scene.steward, scene.owner, scene.outsider, StewardFactory(department=DepartmentFactory(code="x"))):
        assert not may(person, asked)
    verdict = rules.may(scene.steward, "write_rating", now(asked))
    assert isinstance(verdict, Denied)
    assert "Your own work" in verdict.reason


@pytest.mark.parametrize("part", ["answered", "wrote", "stood in", "is the steward and the centre", "did a part"])
def test_nobody_writes_down_how_their_own_work_was(part: str, scene: Scene) -> None:
    asked, person = called(scene), UserFactory(roles=["admin", "steward"])
    assert may(person, asked)
    if part == "is the steward and the centre":
        HelpRequest.objects.filter(pk=asked.pk).update(steward=person)
    elif part == "stood in":
        asked.stand_ins.create(leave=LeaveFactory(person=scene.steward), person=person)
    else:
        kind = {"answered": "answered", "wrote": "contacted", "did a part": "part_answer"}[part]
        asked.events.create(kind=kind, actor=person)
    assert not may(person, asked)


def test_not_for_those_who_rate_themselves(scene: Scene) -> None:
    own = scene.request("answered")
    assert not may(scene.admin, own)
    with pytest.raises(Refused, match="rates the answer themselves"):
        workflow.write_rating(own, by=scene.admin, score=5, solved=True)
    recorded = called(scene, enterprise=scene.enterprise)  # its owner has an account
    assert not may(scene.admin, recorded)
    reached = called(scene, enterprise=EnterpriseFactory())
    assert may(scene.admin, reached)
    MembershipFactory(enterprise=reached.enterprise, role="owner")
    assert not may(scene.admin, reached)


def test_written_down_once_and_marked(scene: Scene, as_user: AsUser) -> None:
    asked = called(scene, policy=PolicyFactory())
    done = workflow.write_rating(
        asked, by=scene.admin, score=4, solved=True, comment=" Quick. ", seen=asked.lock_version
    )
    rating = done.ratings.get()
    assert done.state == "rated"
    assert (rating.score, rating.comment, rating.written_by) == (4, "Quick.", scene.admin)
    assert rating.rated_by.email == callers.NO_ACCOUNT
    entry = timeline.entries(done)[-1]
    assert entry.title == "Ada Admin wrote down the rating given by telephone: Satisfied"
    assert mails(scene.steward)[-1][0] == "request.rated"
    for again in (done, asked):
        with pytest.raises(Refused):
            workflow.write_rating(again, by=scene.admin, score=1, solved=False)
    workflow.close(now(asked), by=scene.steward)
    with pytest.raises(Refused, match="rated already"):
        workflow.write_rating(now(asked), by=scene.admin, score=1, solved=False)
    assert asked.ratings.count() == 1
    assert asked.policy
    assert asked_about(asked.policy).ratings == 0  # what the public reads is the enterprises' own word
    assert rating.audit_rows.get().written_by == scene.admin


def test_a_bad_one_is_put_right_like_any_other(scene: Scene) -> None:
    asked = workflow.write_rating(called(scene), by=scene.admin, score=1, solved=False)
    opened = asked.rectifications.get()
    rectifying.call_back(opened, by=scene.steward, reached=True, content=True, words="Better now.")
    rectifying.close(opened, by=scene.steward, done="Called again.")
    assert not Message.objects.filter(email=callers.NO_ACCOUNT).exists()


def test_on_the_page(scene: Scene, as_user: AsUser) -> None:
    asked = called(scene)
    url = f"/en/desk/{asked.number}/"
    page = text(as_user(scene.admin).get(url))
    assert "Write down a rating by telephone" in page
    assert "How satisfied are you?" in page
    assert "Write down a rating" not in text(as_user(scene.steward).get(url))
    data = {"seen": asked.lock_version, "score": "", "solved": "yes"}
    assert as_user(scene.admin).post(f"{url}write_rating/", data).status_code == 422
    page = text(
        as_user(scene.admin).post(f"{url}write_rating/", {**data, "score": "2", "contacted": "no"}, follow=True)
    )
    assert f"The rating of {asked.number} is kept." in page
    assert "wrote down the rating given by telephone: Dissatisfied" in page
    rating = asked.ratings.get()
    assert (rating.solved, rating.contacted) == (True, False)
    refused = as_user(scene.steward).post(f"{url}write_rating/", {**data, "score": "5"})
    assert refused.status_code == 409


class TestTheLink:
    def mail(self, asked: HelpRequest) -> Message | None:
        return Message.objects.filter(key=f"guest:rating:{asked.pk}:{asked.round}").first()

    def test_goes_where_there_is_an_address_and_rates_once(self, scene: Scene, client: Client) -> None:
        asked = called(scene, f"{CALLER} · caller@example.org", enterprise=EnterpriseFactory())
        mail = self.mail(asked)
        assert mail
        assert (mail.email, mail.recipient, mail.state) == ("caller@example.org", None, "queued")
        assert "Apply online." not in mail.body
        assert asked.number in mail.subject
        path = "/" + mail.body.split("/", 3)[3].split()[0]
        page = text(client.get(path))
        assert "tell us in your comment or by telephone" in page
        assert "To the request" not in page
        client.post(path, {"score": "5", "solved": "yes"})
        rating = asked.ratings.get()
        assert (rating.score, rating.written_by, rating.rated_by) == (5, None, callers.no_account())
        assert "This answer is rated" in text(client.get(path))
        assert not may(scene.admin, asked)

    def test_none_without_an_address_and_none_to_those_with_an_account(self, scene: Scene) -> None:
        asked = called(scene)
        assert self.mail(asked) is None
        told = scene.admin.messages_received.filter(kind="request.answered")
        assert [(message.state, asked.number in message.subject) for message in told] == [("held", True)]
        assert "write the rating down" in told.get().body
        assert self.mail(called(scene, "x@example.org", enterprise=scene.enterprise)) is None
        assert told.count() == 1, "nobody has to be called"

    def test_a_new_round_has_its_own(self, scene: Scene) -> None:
        asked = called(scene, "caller@example.org")
        token = links.token_of(asked, callers.no_account())
        assert isinstance(links.open_link(token), Opened)
        HelpRequest.objects.filter(pk=asked.pk).update(round=2, state="accepted", answered_at=None)
        assert links.open_link(token) == Why.PAST
        workflow.answer(now(asked), by=scene.steward, text="Again.")
        assert Message.objects.filter(key__startswith=f"guest:rating:{asked.pk}:").count() == 2

    @pytest.mark.parametrize("change", ["belongs to an account", "not theirs", "switched off"])
    def test_opens_nothing_else(self, change: str, scene: Scene) -> None:
        asked, person = called(scene), callers.no_account()
        if change == "belongs to an account":
            HelpRequest.objects.filter(pk=asked.pk).update(asker=scene.owner)
        elif change == "not theirs":
            asked = scene.request("answered")
        else:
            person = UserFactory(is_active=False)
            HelpRequest.objects.filter(pk=asked.pk).update(asker=person)
        assert links.open_link(links.token_of(now(asked), person)) == Why.PAST

    def test_whoever_called_can_do_nothing_but_rate(self, scene: Scene) -> None:
        asked, caller = called(scene), callers.no_account()
        verdicts = rules.verdicts(caller, now(asked))
        allowed = {verb for verb, verdict in verdicts.items() if verdict}
        assert allowed <= {"rate", "reopen", "unheard"}  # as before: without an enterprise they are its asker
        reached = called(scene, enterprise=EnterpriseFactory())
        assert {verb for verb, verdict in rules.verdicts(caller, now(reached)).items() if verdict} == {"rate"}


def test_the_form_takes_an_address(scene: Scene, as_user: AsUser) -> None:
    client = as_user(scene.second)
    data = {
        "form_key": "5f0c3b84-5b1e-4d0e-8c3a-1d1f6c3b2a10", "channel": "phone", "name": "Mr Fictional",
        "phone": "021-1", "email": "not an address", "type": "help", "subject": "Rent", "body": "How?",
        "language": "en", "action": "record",
    }  # fmt: skip
    page = text(client.get("/en/desk/record/"))
    assert "The link to rate the answer goes there" in page
    choice = page.partition('name="enterprise" value="')[2].partition('"')[0]
    page = text(client.post("/en/desk/record/", {**data, "enterprise": choice}))
    assert "needs your attention" in page
    client.post("/en/desk/record/", {**data, "enterprise": choice, "email": "caller@example.org"})
    asked = HelpRequest.objects.get()
    assert asked.caller == "Mr Fictional · 021-1 · caller@example.org"
    workflow.accept(asked, by=scene.steward)
    seen = now(asked).lock_version
    url = f"/en/desk/{asked.number}/"
    page = text(as_user(scene.steward).get(url))
    assert "Only the link to rate the answer reaches them, by e-mail" in page
    page = text(as_user(scene.steward).post(f"{url}answer/", {"seen": seen, "text": "Yes."}, follow=True))
    assert "Only a link to rate the answer goes to caller@example.org" in page


def test_a_handler_of_a_part_does_not_write_it_down(scene: Scene) -> None:
    asked = called(scene)
    handler = HandlerFactory()
    part = {"request": asked, "department": handler.department, "handler": handler, "state": "answered"}
    RequestPartFactory(**part, answer="None.", answered_at=timezone.now())
    asked.events.create(kind="part_answer", actor=handler)
    assert not may(handler, asked)
