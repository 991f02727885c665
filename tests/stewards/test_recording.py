"""Requests taken down for others: the verb, the page, who is told, who gets no rights by it, callers forgotten."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from portal.core.access import Refused
from stewards import rules
from stewards.deskwork import recording
from stewards.models import HelpRequest
from stewards.queries import asking_people
from stewards.tasks import forget_callers
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory
from tests.stewards.scene import Scene, mails

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
PAGE = "/en/desk/record/"


def record(scene: Scene, **facts: Any) -> HelpRequest:
    said = {"channel": "phone", "subject": "Rent subsidy", "body": "How do we apply?", "caller": "Mr Fictional · 0000"}
    return recording.record(**{"by": scene.handler, "enterprise": scene.enterprise, **said, **facts})


def form(**data: Any) -> dict[str, Any]:
    said = {"type": "help", "subject": "Rent subsidy", "body": "How do we apply?", "language": "en"}
    who = {"channel": "window", "name": "Mr Fictional", "phone": "021-0000 0000", "enterprise": "none"}
    return {"form_key": uuid.uuid4(), "action": "record", **said, **who, **data}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_is_a_request_like_any_other_and_its_owner_knows_at_once(scene: Scene) -> None:
    asked = record(scene)
    assert (asked.state, asked.steward, asked.asker) == ("assigned", scene.steward, scene.owner)
    assert (asked.channel, asked.recorded_by, asked.caller) == ("phone", scene.handler, "Mr Fictional · 0000")
    assert asked.number
    assert asked.due_on
    assert asked.promised_days
    assert mails(scene.owner) == [("request.submitted", "queued")]
    assert mails(scene.steward) == [("request.submitted", "queued")]
    assert mails(scene.colleague) == mails(scene.handler) == []
    told = scene.owner.messages_received.get().body
    assert "Hanna Handler recorded the request, which came by telephone" in told
    assert "How do we apply?" in told
    assert "Mr Fictional" not in told
    assert HelpRequest.objects.of_member(scene.colleague).filter(pk=asked.pk).exists()


@pytest.mark.parametrize("known", [True, False])
def test_without_an_account_nobody_gets_rights_by_it(scene: Scene, known: bool) -> None:
    """Neither an enterprise that nobody has claimed, nor a founder without one: not even whoever wrote it down."""
    asked = record(scene, enterprise=EnterpriseFactory() if known else None, by=scene.steward)
    assert asked.state == "submitted"
    assert asking_people(asked) == []
    assert recording.is_out_of_reach(asked)
    assert not HelpRequest.objects.of_member(scene.steward).filter(pk=asked.pk).exists()
    for verb in ("reply", "withdraw"):
        assert not rules.may(scene.steward, verb, asked)
    assert not asked.asker.is_active
    assert not asked.asker.has_usable_password()
    assert asked.asker.roles == []
    assert mails(asked.asker) == []
    assert [kind for kind, _state in mails(scene.admin)] == ["request.submitted"]
    assert recording.no_account() == asked.asker


def test_an_owner_who_comes_later_takes_it_over(scene: Scene) -> None:
    other = EnterpriseFactory()
    asked = record(scene, enterprise=other)
    other.memberships.create(user=scene.outsider, role="owner", state="active")
    assert asking_people(asked) == [scene.outsider]
    assert not recording.is_out_of_reach(asked)
    assert rules.may(scene.outsider, "reply", asked)


@pytest.mark.parametrize("roles", [[], ["leader"], ["auditor", "editor"]])
def test_only_the_desk_records(scene: Scene, roles: list[str]) -> None:
    before = HelpRequest.objects.count()
    with pytest.raises(Refused, match="Only people of the request desk"):
        record(scene, by=UserFactory(roles=roles))
    assert HelpRequest.objects.count() == before


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"channel": "online"}, "how the request came"),
        ({"channel": "pigeon"}, "how the request came"),
        ({"subject": "  "}, "Write a subject"),
        ({"body": "\n"}, "Write what is needed"),
        ({"type": "wish"}, "too long"),
        ({"subject": "x" * 201}, "too long"),
        ({"enterprise": None, "caller": " "}, "how to reach them"),
    ],
)
def test_what_is_refused(scene: Scene, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        record(scene, **wrong)
    assert not HelpRequest.objects.exists()


def test_the_same_form_twice_is_one_request(scene: Scene) -> None:
    key = uuid.uuid4()
    first, again = (record(scene, form_key=key) for _time in range(2))
    assert first.pk == again.pk
    assert first.events.count() == 1
    with pytest.raises(Refused, match="used already"):
        record(scene, form_key=key, by=scene.steward)


def test_callers_are_forgotten_once_the_matter_is_settled(settings: Any) -> None:
    settings.CALLER_KEEP_DAYS = 30
    old, young = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    caller, steward = "Mr Fictional · 0000", StewardFactory()
    kept = [
        HelpRequestFactory(caller=caller, state="answered", steward=steward, changed_at=young),
        HelpRequestFactory(caller=caller, state="submitted", changed_at=old),
    ]
    gone = HelpRequestFactory(caller=caller, state="closed", steward=steward, changed_at=old, lock_version=4)
    assert [forget_callers(), forget_callers()] == [1, 0]
    gone.refresh_from_db()
    assert (gone.caller, gone.lock_version) == ("", 4)
    assert [HelpRequest.objects.get(pk=one.pk).caller for one in kept] == [caller, caller]


def test_the_audit_trail_never_had_them_and_says_when_they_went(settings: Any, as_user: AsUser) -> None:
    settings.CALLER_KEEP_DAYS = 0
    HelpRequestFactory(caller="Mr Nobody · 0000")
    facts = {"caller": "Ms Fictional · 0000", "state": "closed", "steward": StewardFactory()}
    gone = HelpRequestFactory(changed_at=timezone.now() - timedelta(days=1), **facts)
    forget_callers()
    trail = apps.get_model("stewards", "HelpRequestEvent").objects.filter(pgh_obj=gone.pk).order_by("pgh_id")
    assert list(trail.values_list("pgh_label", "state")) == [("insert", "closed"), ("redacted", "closed")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(e)::text, ' ') FROM stewards_helprequestevent AS e")
        [(kept,)] = cursor.fetchall()
    assert "Fictional · 0000" not in kept
    assert "Nobody · 0000" not in kept
    page = as_user(UserFactory(roles=["auditor"])).get(f"/en/audit/?of=requests&object={gone.pk}").content.decode()
    assert "personal data removed" in page


def test_what_the_trail_had_before_is_taken_out_and_the_taking_is_in_it() -> None:
    """The migration on a trail as it was; afterwards nobody changes it again."""
    with_caller, without = HelpRequestFactory(subject="Told"), HelpRequestFactory()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stewards_helprequestevent ADD COLUMN caller varchar(200) NOT NULL DEFAULT ''")
        cursor.execute("ALTER TABLE stewards_helprequestevent DISABLE TRIGGER USER")
        change = "UPDATE stewards_helprequestevent SET caller = 'Ms Fictional · 0000' WHERE pgh_obj_id = %s"
        cursor.execute(change, [with_caller.pk])
        cursor.execute("ALTER TABLE stewards_helprequestevent ENABLE TRIGGER USER")
        migration = import_module("stewards.migrations.0021_callers")
        with connection.schema_editor() as editor:
            migration.redact(apps, editor)
        cursor.execute("SELECT pgh_obj_id, pgh_label, subject, caller FROM stewards_helprequestevent ORDER BY pgh_id")
        rows = [(with_caller.pk, "insert", "Told", ""), (without.pk, "insert", without.subject, "")]
        assert cursor.fetchall() == [*rows, (with_caller.pk, "redacted", "Told", "")]
        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            cursor.execute(change, [with_caller.pk])


# --- the page -----------------------------------------------------------------------------------------------------


def test_from_the_queue_to_the_number_in_one_page(scene: Scene, as_user: AsUser) -> None:
    client = as_user(scene.steward)
    assert PAGE in text(client.get("/en/desk/"))
    page = client.post(PAGE, form(action="find", q=scene.enterprise.name_en[:20], enterprise="", subject="Kept"))
    assert 'value="Kept"' in text(page)
    assert f'value="{scene.enterprise.pk}"' in text(page)
    assert "need your attention" not in text(page)
    response = client.post(PAGE, form(enterprise=scene.enterprise.pk, name="", phone=""), follow=True)
    asked = HelpRequest.objects.get()
    assert (asked.enterprise, asked.channel, asked.asker) == (scene.enterprise, "window", scene.owner)
    assert f"Recorded as {asked.number}" in text(response)
    assert "Olive Owner, the enterprise's owner, was told at once" in text(response)
    desk = text(client.get(f"/en/desk/{asked.number}/"))
    assert "At the window" in desk
    assert "Stella Steward recorded the request, which was made at the window" in desk
    theirs = text(as_user(scene.colleague).get(f"/en/requests/{asked.number}/"))
    assert "recorded by Stella Steward" in theirs


def test_a_founder_is_called_back(scene: Scene, as_user: AsUser) -> None:
    client = as_user(scene.admin)
    response = client.post(PAGE, form(name="<b>Ms Founder</b>"), follow=True)
    asked = HelpRequest.objects.get()
    assert (asked.enterprise, asked.caller) == (None, "<b>Ms Founder</b> · 021-0000 0000")
    assert "has to be given by telephone" in text(response)
    desk = text(client.get(f"/en/desk/{asked.number}/"))
    assert "please call" in desk
    assert "&lt;b&gt;Ms Founder&lt;/b&gt; · 021-0000 0000" in desk
    assert "no-account@" not in desk


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"phone": ""}, "without this nobody can be told the answer"),
        ({"enterprise": ""}, "This field is required."),
        ({"enterprise": "99999999999999999999"}, "Select a valid choice"),
        ({"enterprise": "4711"}, "Select a valid choice"),
        ({"channel": "online"}, "Select a valid choice"),
        ({"subject": "x" * 201}, "at most 200"),
        ({"body": " "}, "This field is required."),
        ({"form_key": "no key"}, "Enter a valid UUID."),
    ],
)
def test_what_the_page_sends_back(scene: Scene, as_user: AsUser, wrong: dict[str, Any], why: str) -> None:
    page = text(as_user(scene.steward).post(PAGE, form(**wrong)))
    assert why in page
    assert "need your attention" in page.replace("needs", "need")
    assert not HelpRequest.objects.exists()


def test_the_search_finds_by_name_and_code_and_says_when_nothing_is_there(scene: Scene, as_user: AsUser) -> None:
    client = as_user(scene.handler)
    page = text(client.post(PAGE, form(action="find", q=scene.enterprise.name_en[:10], enterprise="")))
    assert f'value="{scene.enterprise.pk}" required id="id_enterprise_0" checked' in page, "the only one is chosen"
    other = EnterpriseFactory(name_en="Zebra Fictional Ltd", name_zh_hans="斑马虚构", credit_code="91310109KJJCL55G70")
    for q, found in [("zebra", True), ("斑马", True), ("91310109kj", True), ("%", False), ("x" * 300, False)]:
        page = text(client.post(PAGE, form(action="find", q=q, enterprise="")))
        assert (f'value="{other.pk}"' in page) is found
        assert ("No enterprise has this name" in page) is not found
    assert not HelpRequest.objects.exists()


def test_who_may_see_what_was_recorded(scene: Scene, as_user: AsUser) -> None:
    other = HandlerFactory()
    asked = record(scene, by=other)
    assert as_user(other).get(f"/en/desk/recorded/{asked.number}/").status_code == 200
    assert as_user(other).get(f"/en/desk/{asked.number}/").status_code == 404
    for person in (scene.steward, scene.admin, scene.owner):
        assert as_user(person).get(f"/en/desk/recorded/{asked.number}/").status_code == 404
    assert as_user(scene.owner).get(PAGE).status_code == 404


def test_the_account_of_nobody_is_made_once(scene: Scene) -> None:
    StewardshipFactory(steward=scene.second)
    for _time in range(2):
        record(scene, enterprise=None)
    assert User.objects.filter(email=recording.NO_ACCOUNT).count() == 1
