"""What falls due on policies: found by a sweep, told once, settled by hand or by the cause going away."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from notices.models import Message
from policies.enums import TaskKind, TaskOutcome
from policies.models import Policy, PolicyTask, Revision
from policies.tasks import open_due_tasks
from policies.upkeep import due
from policies.upkeep.settling import settle
from portal.core.access import Refused
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.policies import PolicyFactory

DAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def task(**fields: Any) -> PolicyTask:
    defaults = {"policy": PolicyFactory(), "kind": "review", "about": DAY, "due_on": DAY}
    return PolicyTask.objects.create(**{**defaults, **fields})


def draft(**content: Any) -> Revision:
    policy = Policy.objects.create(slug=f"draft-{Policy.objects.count()}", category="finance", support_type="subsidy")
    return Revision.objects.create(policy=policy, author=UserFactory(roles=["editor"]), content=content)


def test_what_falls_due_and_what_does_not(subtests: Any) -> None:
    later, past = date(2027, 5, 23), date(2026, 11, 22)
    for fields, expected in (
        ({"effective_to": later}, (TaskKind.REVIEW, later, later)),
        ({"effective_to": DAY}, (TaskKind.REVIEW, DAY, DAY)),
        ({"effective_to": date(2027, 5, 24)}, None),  # more than six months away
        ({"effective_to": past}, (TaskKind.ENDED, past, date(2026, 12, 18))),  # + 20 working days
        ({"effective_to": date(2026, 5, 22)}, None),  # history
        ({"effective_to": later, "repealed_on": DAY}, None),
        ({"effective_to": later, "published_at": None}, None),
        ({}, None),
    ):
        with subtests.test(**fields):
            Policy.objects.all().delete()
            policy = PolicyFactory(**fields)
            expected_due = [due.Due(policy.pk, *expected)] if expected else []
            assert list(due.found(DAY)) == expected_due
    Policy.objects.all().delete()
    PolicyFactory(effective_to=later, replaced_by=PolicyFactory())
    assert list(due.found(DAY)) == []


def test_a_document_is_public_within_twenty_working_days() -> None:
    waiting = draft(issued_on="2026-11-02")
    draft(issued_on=None)
    draft(issued_on="2026-11-24")  # of tomorrow
    Revision.objects.create(policy=PolicyFactory(), content={"issued_on": "2026-11-02"})  # public already
    assert list(due.found(DAY)) == [
        due.Due(waiting.policy_id, TaskKind.DISCLOSURE, date(2026, 11, 2), date(2026, 11, 30))
    ]


def test_the_sweep_opens_each_task_once_and_tells_the_editors_of_the_department() -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    theirs = UserFactory(roles=["editor"], department=own, language="zh-hans")
    for fields in ({"department": other}, {"department": own, "roles": ["reviewer"]}):
        UserFactory(**{"roles": ["editor"], **fields})
    PolicyFactory(effective_to=date(2026, 12, 31), department=own, title_zh_hans="虚构办法")
    assert (due.sweep(DAY), due.sweep(DAY)) == (1, 0)
    message = Message.objects.get()
    assert (message.recipient, message.state) == (theirs, "held")
    assert message.subject == "到期前须评估：虚构办法"
    assert "2026年12月31日" in message.body
    PolicyFactory(effective_to=date(2026, 12, 30))  # of no department: all editors
    assert due.sweep(DAY) == 1
    assert Message.objects.count() == 3


def test_a_task_goes_when_its_cause_goes_and_another_date_is_another_task(django_assert_num_queries: Any) -> None:
    policy = PolicyFactory(effective_to=date(2026, 12, 31))
    due.sweep(DAY)
    Policy.objects.filter(pk=policy.pk).update(effective_to=date(2027, 1, 31))
    assert due.sweep(DAY) == 1
    rows = list(PolicyTask.objects.order_by("about").values_list("about", "outcome"))
    assert rows == [(date(2026, 12, 31), TaskOutcome.MOOT), (date(2027, 1, 31), "")]
    with django_assert_num_queries(4):  # what is due (2), what is open, what is known: nothing to do
        assert open_due_tasks() == 0


def test_settled_once_by_those_who_keep_policies() -> None:
    editor, reviewer, found = UserFactory(roles=["editor"]), UserFactory(roles=["reviewer"]), task()
    for by, outcome, note in ((reviewer, "renew", ""), (editor, "done", "x"), (editor, "", ""), (editor, "moot", "")):
        with pytest.raises(Refused):
            settle(found, by=by, outcome=outcome, note=note)
    settle(found, by=editor, outcome="renew", note=" Until 2030. ")
    found.refresh_from_db()
    assert (found.outcome, found.note, found.done_by) == ("renew", "Until 2030.", editor)
    with pytest.raises(Refused, match="settled already"):
        settle(found, by=editor, outcome="lapse")


def test_the_page_lists_what_is_due_first_and_settles(as_user: Any, django_assert_num_queries: Any) -> None:
    late = task(due_on=date(2020, 1, 1), about=date(2019, 1, 1), kind="ended")
    waiting = draft(title_en="Draft measures", issued_on="2026-11-02")
    task(policy=waiting.policy, kind="disclosure", about=date(2026, 11, 2), due_on=date(2099, 11, 30))
    client: Client = as_user(UserFactory(roles=["editor"]))
    text = client.get("/en/publishing/tasks/").content.decode()
    assert text.index("It applied until 1 January 2019") < text.index("Draft measures")
    assert text.count("overdue") == 1
    page = f"/en/publishing/tasks/{late.pk}/"
    assert "This field is required" in client.post(page, {}).content.decode()
    assert client.post(page, {"outcome": "lapse", "note": "Done with."}).status_code == 302
    assert "settled already" in client.post(page, {"outcome": "renew"}).content.decode()
    text = client.get("/en/publishing/tasks/?show=settled").content.decode()
    assert "It ends as written" in text
    assert "Draft measures" not in text


def test_what_was_made_public_says_where(as_user: Any) -> None:
    found = task(kind="disclosure")
    client = as_user(UserFactory(roles=["editor"]))
    answer = client.post(f"/en/publishing/tasks/{found.pk}/", {"outcome": "done", "note": "  "}).content.decode()
    assert "Say where and when it was made public." in answer
    client.post(f"/en/publishing/tasks/{found.pk}/", {"outcome": "done", "note": "Gazette 3/2026"})
    found.refresh_from_db()
    assert found.outcome == "done"


def test_the_list_costs_the_same_at_any_length(as_user: Any, django_assert_num_queries: Any) -> None:
    client = as_user(UserFactory(roles=["reviewer"]))
    client.get("/en/publishing/tasks/")
    for rows in (1, 3, 30):
        while PolicyTask.objects.count() < rows:
            task(about=date(2000, 1, 1 + PolicyTask.objects.count()))
        with django_assert_num_queries(4):
            client.get("/en/publishing/tasks/")


def test_who_may_only_read_sees_why(as_user: Any) -> None:
    found = task()
    text = as_user(UserFactory(roles=["translator"])).get(f"/en/publishing/tasks/{found.pk}/").content.decode()
    assert "Policy editors and the service centre settle this." in text
    assert 'name="outcome"' not in text
