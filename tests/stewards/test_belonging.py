"""Whose a request is that was taken down for somebody unknown: linked by the desk, told to everybody, taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from portal.core.access import Refused
from stewards import rules, timeline, workflow
from stewards.deskwork import belonging, recording
from stewards.files import attachments_for
from stewards.models import HelpRequest
from stewards.queries import asking_people
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory
from tests.stewards.scene import Scene, mails, uploads

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
CALLER = "Mr Fictional · 021-0000 0000"


def taken_down(by: Any, **fields: Any) -> HelpRequest:
    """Recorded for a founder; nobody is responsible for it yet."""
    facts = {"asker": recording.no_account(), "enterprise": None, "caller": CALLER, "channel": "phone"}
    return HelpRequestFactory(recorded_by=by, subject="A small office", **{**facts, **fields})


def now(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(request: HelpRequest, language: str = "en") -> str:
    return f"/{language}/desk/{request.number}/whose/"


def kinds(request: HelpRequest) -> list[str]:
    return list(request.events.order_by("pk").values_list("kind", flat=True))


# --- the verbs ----------------------------------------------------------------------------------------------------


def test_to_an_enterprise_with_people_and_a_steward(scene: Scene) -> None:
    asked = taken_down(scene.admin)
    belonging.link(asked, by=scene.admin, enterprise=scene.enterprise)
    done = now(asked)
    assert (done.enterprise, done.asker) == (scene.enterprise, scene.owner)
    assert (done.state, done.steward, done.lock_version) == ("assigned", scene.steward, 1)
    assert kinds(asked) == ["identified", "assigned"]
    assert [kind for kind, _state in mails(scene.owner)] == ["request.identified", "request.assigned"]
    assert [kind for kind, _state in mails(scene.steward)] == ["request.assigned"]
    assert mails(scene.colleague) == []
    assert HelpRequest.objects.of_member(scene.colleague).filter(pk=asked.pk).exists()
    assert not recording.is_out_of_reach(done)
    assert done.caller == CALLER, "kept until the matter is settled"


def test_to_an_account_alone(scene: Scene) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward, handler=scene.steward)
    belonging.link(asked, by=scene.steward, email=f"  {scene.outsider.email.upper()} ")
    done = now(asked)
    assert (done.enterprise, done.asker, done.state) == (None, scene.outsider, "accepted")
    assert asking_people(done) == [scene.outsider]
    assert rules.may(scene.outsider, "reply", done)
    assert mails(scene.outsider) == [("request.identified", "queued")]
    said = scene.outsider.messages_received.get()
    assert "We would like to know." in said.body
    assert "Mr Fictional" not in said.body
    assert said.url == f"/en/requests/{asked.number}/"


def test_to_both_at_once_and_one_after_the_other(scene: Scene) -> None:
    both, later = (taken_down(scene.admin, state="accepted", steward=scene.steward) for _each in range(2))
    belonging.link(both, by=scene.steward, enterprise=scene.enterprise, email=scene.colleague.email)
    assert (now(both).asker, now(both).enterprise) == (scene.colleague, scene.enterprise)
    title = timeline.entries(now(both))[-1].title
    assert title == f"Stella Steward linked the request to {scene.enterprise.name_en} · Carl Colleague"
    belonging.link(later, by=scene.steward, email=scene.colleague.email)
    belonging.link(later, by=scene.steward, enterprise=scene.enterprise)
    assert (now(later).asker, now(later).enterprise) == (scene.colleague, scene.enterprise)
    assert kinds(later) == ["identified", "identified"]


def test_an_enterprise_that_nobody_has_claimed_stays_out_of_reach(scene: Scene) -> None:
    asked = taken_down(scene.admin)
    belonging.link(asked, by=scene.admin, enterprise=EnterpriseFactory())
    assert now(asked).asker.email == recording.NO_ACCOUNT
    assert now(asked).state == "submitted"
    assert recording.is_out_of_reach(now(asked))
    assert kinds(asked) == ["identified"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, "Choose an enterprise, or write the e-mail"),
        ({"email": " "}, "Choose an enterprise, or write the e-mail"),
        ({"email": "nobody@example.org"}, "There is no account"),
        ({"email": recording.NO_ACCOUNT}, "There is no account"),
        ({"email": "gone"}, "There is no account"),
        ({"email": "steward"}, "You cannot make a request your own"),
        ({"email": "second"}, "Whoever took a request down"),
        ({"email": "outsider", "enterprise": "enterprise"}, "does not act for"),
    ],
)
def test_what_is_refused_changes_nothing(scene: Scene, facts: dict[str, Any], why: str) -> None:
    gone = UserFactory(is_active=False)
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    people = {"gone": gone.email, **{name: getattr(scene, name).email for name in ("steward", "second", "outsider")}}
    email = people.get(facts.get("email", ""), facts.get("email", ""))
    enterprise = scene.enterprise if "enterprise" in facts else None
    with pytest.raises(Refused, match=why):
        belonging.link(asked, by=scene.steward, enterprise=enterprise, email=email)
    assert (now(asked).lock_version, now(asked).enterprise, kinds(asked)) == (0, None, [])


def test_nothing_is_linked_twice(scene: Scene) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    belonging.link(asked, by=scene.steward, enterprise=scene.enterprise)
    with pytest.raises(Refused, match="already linked to an enterprise"):
        belonging.link(asked, by=scene.steward, enterprise=EnterpriseFactory())
    with pytest.raises(Refused, match="already linked to an account"):
        belonging.link(asked, by=scene.steward, email=scene.colleague.email)
    with pytest.raises(Refused, match="Nothing was changed"):
        belonging.link(asked, by=scene.steward, enterprise=EnterpriseFactory(), seen=0)


def test_a_mandate_that_has_ended_is_none(scene: Scene) -> None:
    scene.enterprise.memberships.filter(user=scene.colleague).update(state="ended")
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    with pytest.raises(Refused, match="Carl Colleague does not act for"):
        belonging.link(asked, by=scene.steward, enterprise=scene.enterprise, email=scene.colleague.email)


@pytest.mark.parametrize(
    ("who", "state", "may"),
    [
        ("steward", "accepted", True),
        ("admin", "accepted", True),
        ("second", "accepted", False),
        ("second", "submitted", True),
        ("handler", "submitted", False),
        ("outsider", "submitted", False),
        ("admin", "closed", True),
        ("admin", "withdrawn", False),
        ("admin", "merged", False),
    ],
)
def test_who_links_and_when(scene: Scene, who: str, state: str, may: bool) -> None:
    steward = {} if state == "submitted" else {"steward": scene.steward}
    asked = taken_down(scene.handler, state=state, **steward)
    assert bool(rules.may(getattr(scene, who), "link", asked)) is may
    assert not rules.may(getattr(scene, who), "unlink", asked), "there is nothing to take back"


def test_what_was_sent_in_the_portal_is_the_senders_to_link(scene: Scene) -> None:
    founded = HelpRequestFactory(asker=scene.outsider, enterprise=None)
    with pytest.raises(Refused, match="Whoever sends a request in the portal"):
        belonging.link(founded, by=scene.admin, enterprise=scene.enterprise)


def test_taking_back_gives_nobody_the_request_again(scene: Scene) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    belonging.link(asked, by=scene.steward, enterprise=scene.enterprise)
    with pytest.raises(Refused, match="Only the service centre"):
        belonging.unlink(asked, by=scene.steward, reason="Not theirs.")
    with pytest.raises(Refused, match="Say why"):
        belonging.unlink(asked, by=scene.admin, reason="  ")
    belonging.unlink(asked, by=scene.admin, reason="The caller meant another one.")
    done = now(asked)
    assert (done.enterprise, done.asker.email, done.steward) == (None, recording.NO_ACCOUNT, scene.steward)
    assert asking_people(done) == []
    assert recording.is_out_of_reach(done)
    assert not HelpRequest.objects.of_member(scene.owner).filter(pk=asked.pk).exists()
    last = scene.owner.messages_received.order_by("pk").last()
    assert (last.kind, last.url) == ("request.mistaken", "/en/requests/")
    assert "linked to you by mistake" in last.body
    assert "A small office" not in last.subject + last.body
    with pytest.raises(Refused, match="Nobody at the desk has linked"):
        belonging.unlink(asked, by=scene.admin, reason="Again.")


def test_links_are_taken_back_one_by_one_the_latest_first(scene: Scene) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    belonging.link(asked, by=scene.steward, email=scene.colleague.email)
    belonging.link(asked, by=scene.steward, enterprise=scene.enterprise)
    belonging.unlink(asked, by=scene.admin, reason="Another one.")
    assert (now(asked).enterprise, now(asked).asker) == (None, scene.colleague)
    assert mails(scene.colleague)[-1][0] == "request.identified", "still theirs, so nothing is told"
    belonging.unlink(asked, by=scene.admin, reason="Nor theirs.")
    assert now(asked).asker.email == recording.NO_ACCOUNT
    assert mails(scene.colleague)[-1][0] == "request.mistaken"
    belonging.link(asked, by=scene.steward, email=scene.outsider.email)
    assert now(asked).asker == scene.outsider


def test_the_words_in_both_languages_and_who_reads_them(scene: Scene) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    belonging.link(asked, by=scene.steward, enterprise=scene.enterprise)
    belonging.unlink(asked, by=scene.admin, reason="The caller meant another one.")
    inside = [(entry.title, entry.text, entry.internal) for entry in timeline.entries(now(asked), internal=True)]
    name = scene.enterprise.name_en
    assert inside == [
        (f"Stella Steward linked the request to {name} · Olive Owner", "", False),
        (f"Ada Admin took back the link to {name} · Olive Owner", "The caller meant another one.", True),
    ]
    assert len(timeline.entries(now(asked))) == 1
    with translation.override("zh-hans"):
        titles = [entry.title for entry in timeline.entries(now(asked), internal=True)]
        assert all(scene.enterprise.name_zh_hans in title for title in titles)
        assert not any("linked" in title or "took back" in title for title in titles)


def test_both_stand_in_the_audit_trail(scene: Scene) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    belonging.link(asked, by=scene.steward, enterprise=scene.enterprise)
    belonging.unlink(asked, by=scene.admin, reason="Not theirs.")
    trail = apps.get_model("stewards", "HelpRequestEvent").objects.filter(pgh_obj=asked.pk).order_by("pgh_id")
    assert [row.enterprise_id for row in trail] == [None, scene.enterprise.pk, None]


def test_the_enterprise_goes_on_from_where_the_call_ended(scene: Scene) -> None:
    asked = taken_down(scene.admin, language="en")
    belonging.link(asked, by=scene.admin, enterprise=scene.enterprise)
    workflow.accept(now(asked), by=scene.steward)
    workflow.ask_back(now(asked), by=scene.steward, text="How many people?")
    workflow.reply(now(asked), by=scene.colleague, text="Three.")
    workflow.answer(now(asked), by=scene.steward, text="Here is a list.")
    workflow.rate(now(asked), by=scene.owner, score=5, solved=True)
    assert now(asked).state == "rated"


# --- the page -----------------------------------------------------------------------------------------------------


def test_from_the_request_to_the_link_and_back(scene: Scene, as_user: AsUser) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward, handler=scene.steward)
    client = as_user(scene.steward)
    assert page(asked) in text(client.get(f"/en/desk/{asked.number}/"))
    first = text(client.get(page(asked)))
    assert CALLER in first
    assert "Take the link back" not in first
    found = text(
        client.post(page(asked), {"action": "find", "q": scene.enterprise.name_en[:12], "email": "kept@x.org"})
    )
    assert f'value="{scene.enterprise.pk}"' in found
    assert 'value="kept@x.org"' in found
    assert "needs your attention" not in found
    data = {"action": "link", "enterprise": scene.enterprise.pk, "email": "", "seen": 0}
    response = client.post(page(asked), data, follow=True)
    assert "The request is linked; its people were told." in text(response)
    assert now(asked).enterprise == scene.enterprise
    assert "only the service centre can take that back" in text(client.get(page(asked)))
    centre = as_user(scene.admin)
    assert "Link the request" not in text(centre.get(page(asked)))
    back = {"action": "unlink", "seen": 1}
    refused = centre.post(page(asked), {**back, "reason": " "})
    assert refused.status_code == 422
    assert "This field is required." in text(refused)
    response = centre.post(page(asked), {**back, "reason": "Another one."}, follow=True)
    assert "The link is taken back" in text(response)
    assert now(asked).enterprise is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"email": "no address"}, "Enter a valid email address."),
        ({"email": "nobody@example.org"}, "There is no account with this e-mail address."),
        ({"enterprise": "4711"}, "Select a valid choice"),
        ({"enterprise": "9" * 25}, "Select a valid choice"),
        ({"enterprise": "none"}, "Choose an enterprise, or write"),
        ({"seen": "99999999999"}, "less than or equal to"),
        ({"seen": ""}, "This field is required."),
        ({"seen": "7", "email": "outsider"}, "Nothing was changed"),
        ({"email": "x@y.z\0"}, "Null characters are not allowed."),
    ],
)
def test_what_the_page_sends_back(scene: Scene, as_user: AsUser, data: dict[str, str], why: str) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    sent = {"action": "link", "seen": "0", **data}
    if sent.get("email") == "outsider":
        sent["email"] = scene.outsider.email
    response = as_user(scene.steward).post(page(asked), sent)
    assert response.status_code == 422
    assert why in text(response)
    assert (now(asked).lock_version, kinds(asked)) == (0, [])


def test_others_find_no_such_page(scene: Scene, as_user: AsUser) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward, department=scene.steward.department)
    colleague = HandlerFactory(department=scene.steward.department)
    for person in (scene.second, scene.handler, scene.owner, colleague, UserFactory(roles=["leader"])):
        assert as_user(person).get(page(asked)).status_code == 404
        assert as_user(person).post(page(asked), {"action": "unlink", "reason": "x", "seen": 0}).status_code == 404
    sent = HelpRequestFactory(asker=scene.outsider, enterprise=None)
    assert as_user(scene.admin).get(page(sent)).status_code == 404
    assert as_user(scene.admin).get("/en/desk/canned/whose/").status_code == 404


def test_the_callers_number_is_for_those_who_have_the_request(scene: Scene, as_user: AsUser) -> None:
    late = taken_down(scene.second, state="accepted", steward=scene.steward, due_on="2026-01-05")
    leader = UserFactory(roles=["leader"])
    seen = text(as_user(leader).get(f"/en/desk/{late.number}/"))
    assert "A small office" in seen
    assert "Mr Fictional" not in seen
    assert page(late) not in seen
    assert CALLER in text(as_user(scene.steward).get(f"/en/desk/{late.number}/"))


def test_the_page_in_chinese(scene: Scene, as_user: AsUser) -> None:
    asked = taken_down(scene.second, state="accepted", steward=scene.steward)
    name = scene.enterprise.name_zh_hans
    found = text(as_user(scene.steward).post(page(asked, "zh-hans"), {"action": "find", "q": name[:2]}))
    assert name in found
    for word in ("Enterprise", "Link it", "Whose request", "Caller"):
        assert f">{word}" not in found


def test_a_steward_of_the_park_is_found_as_well(scene: Scene) -> None:
    """Whoever covers the enterprise gets what nobody had; what somebody has stays with them."""
    other = StewardFactory()
    asked, held = taken_down(scene.admin), taken_down(scene.admin, state="accepted", steward=other, handler=other)
    firm = MembershipFactory().enterprise
    StewardshipFactory(steward=scene.second, enterprise=firm)
    for each in (asked, held):
        belonging.link(each, by=scene.admin, enterprise=firm)
    assert (now(asked).steward, now(asked).state) == (scene.second, "assigned")
    assert (now(held).steward, now(held).state) == (other, "accepted")


def test_files_follow_the_link(scene: Scene) -> None:
    """What was handed over at the window is read by whoever it is linked to, and by nobody of them afterwards."""
    asked = taken_down(scene.second, state="accepted", steward=scene.steward, handler=scene.steward)
    workflow.contact(asked, by=scene.steward, text="For the file.", files=uploads("plan.pdf"))
    workflow.note(now(asked), by=scene.steward, text="Inside.", files=uploads("inside.pdf"))
    seen = []
    for act in (
        lambda: None,
        lambda: belonging.link(asked, by=scene.steward, enterprise=scene.enterprise),
        lambda: belonging.unlink(asked, by=scene.admin, reason="Not theirs."),
    ):
        act()
        seen.append([file.name for file in attachments_for(scene.owner)])
    assert seen == [[], ["plan.pdf"], []]
    assert attachments_for(scene.steward).count() == 2
