"""The pages of escalation: what the leader, the desk, the service centre and the enterprise see and press."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.core import calendar
from portal.core.calendar import local_day
from stewards import workflow
from stewards.models import HelpRequest, Instruction, LeaderLink, ReminderRule, Supervision
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.stewards.scene import Scene
from tests.stewards.test_escalation import ahead, stand

DAY = timedelta(days=1)


@pytest.fixture
def leader(db: None) -> Any:
    return UserFactory(roles=["leader"], name_en="Lena Leader")


def text(response: Any) -> str:
    return str(response.content.decode())


def act(client: Any, asked: HelpRequest, verb: str, **data: Any) -> Any:
    seen = HelpRequest.objects.get(pk=asked.pk).lock_version
    return client.post(f"/en/desk/{asked.number}/{verb}/", {"seen": seen, **data})


def test_a_leader_instructs_and_reads_the_report(scene: Scene, leader: Any, as_user: Any) -> None:
    asked, above, desk = stand(scene), as_user(leader), as_user(scene.steward)
    page = text(above.get(f"/en/desk/{asked.number}/"))
    assert "Give an instruction" in page
    assert "Send the answer" not in page
    assert act(above, asked, "instruct", text="Call them.").status_code == 302
    page = text(desk.get(f"/en/desk/{asked.number}/"))
    assert page.count("Call them.") >= 2  # on top, and in the form that reports
    assert "leader&#x27;s instruction" in text(desk.get("/en/desk/"))
    report = {"text": "Called.", "instruction": Instruction.objects.get().pk}
    assert act(desk, asked, "report", **report).status_code == 302
    page = text(above.get("/en/desk/attention/"))
    assert "Called." in page
    assert "Every instruction has its report." in page


def test_an_instruction_of_another_request_is_no_choice(scene: Scene, leader: Any, as_user: Any) -> None:
    asked, other = stand(scene), stand(scene)
    for each in (asked, other):
        workflow.instruct(each, by=leader, text="Call.")
    foreign = Instruction.objects.get(request=other)
    answer = act(as_user(scene.steward), asked, "report", text="Done.", instruction=foreign.pk)
    assert answer.status_code == 422
    assert Instruction.objects.filter(reported_at=None).count() == 2


def test_supervision_is_ordered_seen_and_ended(scene: Scene, leader: Any, as_user: Any) -> None:
    asked, centre = stand(scene), as_user(scene.admin)
    assert act(as_user(scene.steward), asked, "supervise", reason="Mine").status_code == 409
    assert act(centre, asked, "supervise", reason="A key matter.").status_code == 302
    assert "A key matter." in text(centre.get(f"/en/desk/{asked.number}/"))
    assert "Under supervised handling" in text(as_user(scene.steward).get("/en/desk/"))
    assert "A key matter." not in text(as_user(scene.owner).get(f"/en/requests/{asked.number}/"))
    assert asked.number in text(as_user(leader).get("/en/desk/attention/"))
    assert act(centre, asked, "release", word="Settled.").status_code == 302
    assert "No request is under supervised handling." in text(centre.get("/en/desk/attention/"))


def test_the_enterprise_reads_the_new_date_and_why(scene: Scene, as_user: Any) -> None:
    asked, desk = stand(scene), as_user(scene.steward)
    bad = act(desk, asked, "renew", day=local_day().isoformat(), reason="Soon.")
    assert bad.status_code == 409
    assert "must be after today" in text(bad)
    assert act(desk, asked, "renew", day=ahead(3).isoformat(), reason="The bureau moves.").status_code == 302
    page = text(as_user(scene.owner).get(f"/en/requests/{asked.number}/"))
    assert "New date for the answer" in page
    assert "The bureau moves." in page
    assert "We are late" in page


@pytest.mark.parametrize("state", ["accepted", "answered"])
def test_the_button_of_who_was_not_contacted(scene: Scene, as_user: Any, state: str) -> None:
    asked, owner = stand(scene, state), as_user(scene.owner)
    url = f"/en/requests/{asked.number}/"
    assert "Nobody has contacted me" in text(owner.get(url))
    sent = {"act": "unheard", "seen": asked.lock_version, "text": "Not a word.\r\n"}
    assert owner.post(url, sent).status_code == 302
    assert "you have told us today" in text(owner.post(url, sent)).lower()
    assert asked.events.filter(kind="unheard").count() == 1
    page = text(owner.get(url))
    assert "You told us that nobody has contacted you" in page
    assert "Not a word." in text(as_user(scene.admin).get("/en/desk/attention/"))
    assert as_user(scene.outsider).post(url, sent).status_code == 404


def test_no_button_while_the_promise_runs(scene: Scene, as_user: Any) -> None:
    asked = stand(scene, "accepted", due_on=ahead(5), submitted_at=timezone.now())
    page = text(as_user(scene.owner).get(f"/en/requests/{asked.number}/"))
    assert "Nobody has contacted me" not in page


@pytest.mark.parametrize(("said", "state"), [("yes", "closed"), ("no", "in_progress"), ("", "closed")])
def test_did_it_last_is_one_click(scene: Scene, as_user: Any, said: str, state: str) -> None:
    asked, owner = stand(scene, "closed"), as_user(scene.owner)
    url = f"/en/requests/{asked.number}/"
    assert "Did it last?" in text(owner.get(url))
    assert owner.post(f"{url}lasted/", {"lasted": said}).status_code == 302
    assert HelpRequest.objects.get(pk=asked.pk).state == state
    assert ("Did it last?" in text(owner.get(url))) == (said == "")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"enterprise": "nonsense"}, "No enterprise with this code"),
        ({"enterprise": ""}, "Say to what the leader is linked."),
        ({"scope": "tier"}, "Say to what the leader is linked."),
        ({"scope": "galaxy"}, "not one of the available choices"),
        ({"ends_on": "2001-01-01"}, "before the first"),
        ({"starts_on": "soon"}, "valid date"),
    ],
)
def test_linking_a_leader_on_the_page(
    scene: Scene, leader: Any, as_user: Any, change: dict[str, str], error: str
) -> None:
    enterprise, centre = EnterpriseFactory(credit_code="91310109KJJCL55G70"), as_user(scene.admin)
    good = {"leader": leader.pk, "scope": "enterprise", "enterprise": " 91310109kjjcl55g70 ", "starts_on": local_day()}
    wrong = centre.post("/en/centre/leaders/new/", {**good, **change})
    assert wrong.status_code == 200
    assert error in text(wrong)
    assert not LeaderLink.objects.exists()
    assert centre.post("/en/centre/leaders/new/", {**good, "tier": "district"}).status_code == 302
    link = LeaderLink.objects.get()
    assert (link.enterprise, link.tier) == (enterprise, "")
    assert leader.name in text(centre.get("/en/centre/leaders/"))
    end = f"/en/centre/leaders/{link.pk}/end/"
    assert "today or later" in text(centre.post(end, {"ends_on": local_day() - DAY}))
    assert centre.post(end, {"ends_on": local_day()}).status_code == 302


@pytest.mark.parametrize("months", ["1", "6", "", "7"])
def test_a_rule_is_replayed_before_it_is_saved(scene: Scene, as_user: Any, months: str) -> None:
    stand(scene, due_on=local_day() - 20 * DAY)
    page = text(
        as_user(scene.admin).post(
            "/en/centre/reminders/rules/overdue/", {"days": 2, "active": "on", "months": months, "try": "yes"}
        )
    )
    assert ("What would have been different" in page) == (months != "7")
    assert (scene.steward.name in page) == (months != "7")
    assert ReminderRule.objects.get(code="overdue").days == 1


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_attention_page_takes_a_constant_number_of_queries(
    scene: Scene, leader: Any, as_user: Any, count: int, django_assert_num_queries: Any
) -> None:
    now, client = timezone.now(), as_user(leader)
    for _n in range(count):
        asked = stand(scene, supervised_at=now, attention_at=now)
        Supervision.objects.create(request=asked, ordered_by=leader, reason="Why", due_on=local_day())
        Instruction.objects.create(request=asked, leader=leader, text="Call.")
        asked.events.create(kind="unheard", actor=scene.owner)
    calendar.current()
    with django_assert_num_queries(7):
        assert client.get("/en/desk/attention/").status_code == 200
