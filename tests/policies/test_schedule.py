"""Publishing on a chosen day: approved today, secret until then, public once, called off in time."""

import threading
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.models import Message
from policies import workflow
from policies.enums import Act, RevisionState
from policies.models import Policy, Revision, RevisionComment
from policies.publishing import scheduling
from policies.publishing.scheduling import call_off, publish_due, publish_scheduled, schedule
from policies.publishing.worklists import counts_for, revisions_on
from policies.tasks import publish_due as task
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SECRET = {"title_en": "Secret grant", "title_zh_hans": "秘密补助"}


def soon(days: int = 7) -> date:
    return local_day() + timedelta(days=days)


def again(revision: Revision) -> Revision:
    return Revision.objects.select_related("policy", "author", "reviewer").get(pk=revision.pk)


def words(response: Any) -> str:
    return unescape(response.content.decode())


def review_url(revision: Revision) -> str:
    return reverse("publishing:review", args=[revision.pk])


class TestSchedule:
    def test_it_waits_with_who_approved_it_and_for_when(self) -> None:
        author, reviewer = make.editor(), make.reviewer(name_en="Reader Ren")
        revision = again(make.scheduled(author, reviewer))
        assert (revision.state, revision.publish_on, revision.reviewer) == ("scheduled", soon(), reviewer)
        assert revision.number is None
        last = revision.comments.last()
        assert last is not None
        assert (last.act, last.author, last.text) == (Act.SCHEDULED, reviewer, soon().isoformat())
        message = Message.objects.get(recipient=author, kind="policy_scheduled")
        assert message.subject == "Publication scheduled: Fictional subsidy"
        assert "Reader Ren has approved the policy" in message.body

    @pytest.mark.parametrize(
        ("days", "told"), [(-1, "after today"), (0, "after today"), (367, "within the next year"), (1, ""), (366, "")]
    )
    def test_which_days_can_be_chosen(self, days: int, told: str) -> None:
        revision = make.in_review()
        if not told:
            assert schedule(revision, on=soon(days), by=make.reviewer(), seen=0).publish_on == soon(days)
            return
        with pytest.raises(Refused, match=told):
            schedule(revision, on=soon(days), by=make.reviewer(), seen=0)
        assert again(revision).state == "in_review"

    def test_by_the_rules_of_publishing(self) -> None:
        author = UserFactory(roles=["editor", "reviewer"])
        revision = make.in_review(author)
        for by, told in ((author, "wrote this yourself"), (make.editor(), "Only policy reviewers")):
            with pytest.raises(Refused, match=told):
                schedule(revision, on=soon(), by=by, seen=0)
        with pytest.raises(Refused, match="has changed since"):
            schedule(revision, on=soon(), by=make.reviewer(), seen=5)
        assert again(revision).publish_on is None

    def test_nobody_changes_or_doubles_what_waits(self) -> None:
        author = make.editor()
        revision = make.scheduled(author)
        verbs = {
            "write": lambda: workflow.save_revision(revision, by=author, content={"summary_en": "New."}, seen=0),
            "take back": lambda: workflow.take_back(revision, by=author),
            "publish": lambda: workflow.publish(revision, by=make.reviewer(), seen=0),
            "send back": lambda: workflow.send_back(revision, by=make.reviewer(), text="No."),
            "schedule": lambda: schedule(revision, on=soon(9), by=make.reviewer(), seen=0),
        }
        for verb in verbs.values():
            with pytest.raises(Refused, match="It is to be published on"):
                verb()
        assert again(revision).publish_on == soon()

    def test_a_new_version_that_waits_is_the_open_one(self) -> None:
        editor = make.editor()
        policy = make.published(editor).policy
        revision = workflow.send_to_review(workflow.revise(policy, by=editor), by=editor)
        schedule(revision, on=soon(), by=make.reviewer(), seen=0)
        assert workflow.revise(policy, by=make.editor()) == revision


class TestNothingLeaks:
    def test_a_new_policy(self, client: Client, as_user: Any) -> None:
        revision = make.scheduled(**SECRET)
        slug = revision.policy.slug
        owner = as_user(UserFactory())
        for reader, path in ((client, ""), (owner, ""), (client, "versions/"), (client, "compare/")):
            assert reader.get(f"/en/policies/{slug}/{path}").status_code == 404
        assert "Secret" not in words(client.get("/en/policies/?q=secret&validity=all")).replace("?q=secret", "")
        assert client.get(review_url(revision)).status_code == 302
        assert owner.get(review_url(revision)).status_code == 404
        assert "Secret grant" in words(as_user(make.translator()).get(review_url(revision)))

    def test_a_new_version(self, client: Client) -> None:
        editor = make.editor()
        policy = make.published(editor).policy
        revision = workflow.revise(policy, by=editor)
        revision = workflow.save_revision(revision, by=editor, content=SECRET, seen=0)
        workflow.send_to_review(revision, by=editor)
        schedule(revision, on=soon(), by=make.reviewer(), seen=1)
        for path in ("", "versions/", "compare/?from=1&to=2"):
            assert "Secret" not in words(client.get(f"/en/policies/{policy.slug}/{path}"))
        assert client.get(f"/en/policies/{policy.slug}/versions/2/").status_code == 404


class TestDue:
    def test_published_on_its_day_as_by_hand(self, django_capture_on_commit_callbacks: Any) -> None:
        author, reviewer = make.editor(), make.reviewer()
        revision = make.scheduled(author, reviewer, summary_en="On its day.")
        assert publish_due(soon(6)) == 0
        assert again(revision).state == "scheduled"
        assert publish_due(soon()) == 1
        revision = again(revision)
        assert (revision.state, revision.number, revision.reviewer) == ("published", 1, reviewer)
        assert revision.publish_on is None
        assert (revision.policy.version, revision.policy.summary_en) == (1, "On its day.")
        assert revision.policy.search is not None
        assert [row.act for row in revision.comments.all()][-2:] == [Act.SCHEDULED, Act.PUBLISHED]
        assert Message.objects.filter(recipient=author, kind="policy_published").count() == 1
        assert revision.audit_rows.order_by("-pgh_id").first().state == "published"  # type: ignore[attr-defined]

    def test_late_and_twice(self) -> None:
        make.scheduled()
        make.scheduled(days=30)
        assert [publish_due(soon(12)), publish_due(soon(12))] == [1, 0]
        assert sorted(Policy.objects.values_list("version", flat=True)) == [0, 1]
        assert Message.objects.filter(kind="policy_published").count() == 1

    def test_the_task_goes_by_the_districts_day(self) -> None:
        revision = make.scheduled()
        assert task() == 0
        Revision.objects.filter(pk=revision.pk).update(publish_on=local_day())
        assert task() == 1

    @pytest.mark.parametrize("lapsed", ["role", "account", "text", "criteria"])
    def test_what_the_rules_refuse_by_then_goes_back_to_review(self, lapsed: str) -> None:
        author, reviewer = make.editor(), make.reviewer()
        revision = make.scheduled(author, reviewer)
        if lapsed in ("role", "account"):
            setattr(reviewer, *{"role": ("roles", ["editor"]), "account": ("is_active", False)}[lapsed])
            reviewer.save()
        else:
            broken = {"text": {"summary_en": ""}, "criteria": {"criteria": [{"field": "x", "op": "eq", "value": 1}]}}
            Revision.objects.filter(pk=revision.pk).update(content=revision.content | broken[lapsed])
        assert publish_due(soon()) == 0
        revision = again(revision)
        assert (revision.state, revision.publish_on, revision.reviewer) == ("in_review", None, None)
        last = revision.comments.last()
        assert last is not None
        assert (last.act, last.author) == (Act.CALLED_OFF, None)
        assert len(last.text.splitlines()) == len(bilingual.LANGUAGES), "the reason in both languages"
        assert Policy.objects.get().published_at is None
        told = Message.objects.filter(kind="policy_called_off").values_list("recipient", flat=True)
        assert author.pk in told
        assert publish_due(soon()) == 0
        assert RevisionComment.objects.filter(act=Act.CALLED_OFF).count() == 1

    def test_one_that_breaks_does_not_hold_up_the_others(self, monkeypatch: Any, caplog: Any) -> None:
        broken, sound = make.scheduled(), make.scheduled(title_en="Sound")
        Revision.objects.filter(pk=broken.pk).update(content=broken.content | {"issued_on": "no date"})
        assert publish_due(soon()) == 1
        assert [again(each).state for each in (broken, sound)] == ["scheduled", "published"]
        assert f"revision {broken.pk} is due" in caplog.text

    def test_the_database_keeps_a_day_for_each(self) -> None:
        from django.db import IntegrityError, transaction

        revision = make.scheduled()
        for missing in ({"publish_on": None}, {"reviewer": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Revision.objects.filter(pk=revision.pk).update(**missing)


class TestCallOff:
    @pytest.mark.parametrize("role", ["editor", "reviewer"])
    def test_back_to_review_with_the_reason(self, role: str) -> None:
        author, reviewer, by = make.editor(), make.reviewer(), UserFactory(roles=[role], name_en="Caller Cao")
        revision = call_off(make.scheduled(author, reviewer), by=by, text="  The budget moved.  ")
        assert (revision.state, revision.publish_on, revision.reviewer) == ("in_review", None, None)
        last = revision.comments.last()
        assert last is not None
        assert (last.act, last.text) == (Act.CALLED_OFF, "The budget moved.")
        told = Message.objects.filter(kind="policy_called_off")
        assert {message.recipient for message in told} == {author, reviewer}
        assert all("Caller Cao has called" in each.body and "The budget moved." in each.body for each in told)
        assert publish_due(soon(99)) == 0
        assert workflow.publish(revision, by=reviewer, seen=0).version == 1

    def test_who_calls_off_is_not_told_so(self) -> None:
        author = make.editor()
        call_off(make.scheduled(author), by=author, text="My mistake.")
        assert not Message.objects.filter(kind="policy_called_off", recipient=author).exists()

    @pytest.mark.parametrize(
        ("by", "text", "told"),
        [
            (make.reviewer, " \n", "Say why"),
            (make.translator, "No.", "Only policy reviewers and editors"),
            (UserFactory, "No.", "Only policy reviewers and editors"),
        ],
    )
    def test_refused(self, by: Any, text: str, told: str) -> None:
        revision = make.scheduled()
        with pytest.raises(Refused, match=told):
            call_off(revision, by=by(), text=text)
        assert again(revision).state == "scheduled"

    def test_too_late(self) -> None:
        revision = make.scheduled(reviewed_by=make.reviewer(name_en="Reader Ren"))
        publish_due(soon())
        with pytest.raises(Refused, match="Reader Ren has already published it"):
            call_off(revision, by=make.editor(), text="Stop!")


class TestPages:
    def test_scheduled_read_and_called_off(self, as_user: Any) -> None:
        revision = make.in_review()
        client = as_user(make.reviewer(name_en="Reader Ren"))
        data = {"schedule": "1", "lock_version": "0", "publish_on": soon().isoformat()}
        page = words(client.post(review_url(revision), data, follow=True))
        assert "Scheduled. It becomes public on" in page
        assert "Reader Ren has approved it." in page
        assert page.count("To be published on") == 2, "as a heading, and in the history"
        assert 'name="publish"' not in page
        page = words(client.post(review_url(revision), {"call_off": "1", "text": "Not yet."}, follow=True))
        assert "Called off. The text is in review again." in page
        assert "Not yet." in page
        assert 'name="publish"' in page

    def test_wrong_days_are_told_beside_the_field(self, as_user: Any, subtests: Any) -> None:
        revision, client = make.in_review(), as_user(make.reviewer())
        wrong = {
            "": "This field is required",
            "<script>": "Enter a valid date",
            "2026-13-45": "Enter a valid date",
            "2020-01-01": "Choose a day after today, or publish it now.",
            "2999-12-31": "Choose a day within the next year.",
        }
        for day, told in wrong.items():
            with subtests.test(day):
                data = {"schedule": "1", "lock_version": "0", "publish_on": day}
                response = client.post(review_url(revision), data)
                assert told in response.context["schedule"]["publish_on"].errors[0]
                assert told in words(response)
                assert '<details class="publish-later" open>' in words(response)
        assert again(revision).state == "in_review"

    def test_what_was_typed_is_not_lost(self, as_user: Any) -> None:
        revision, client = make.in_review(), as_user(make.reviewer())
        data = {"schedule": "1", "lock_version": "0", "publish_on": soon().isoformat(), "text": "But mend this."}
        page = words(client.post(review_url(revision), data))
        assert "You have written comments." in page
        assert "But mend this." in page
        waiting = make.scheduled()
        page = words(client.post(review_url(waiting), {"call_off": "1", "text": "長" * 2_001}))
        assert "at most 2,000 characters" in page
        assert "長" * 2_001 in page
        assert "What you wrote was not sent" not in page
        assert {again(each).state for each in (revision, waiting)} == {"in_review", "scheduled"}

    def test_who_may_not_gets_no_button_and_no_way_round_it(self, as_user: Any) -> None:
        revision = make.scheduled()
        client = as_user(make.translator())
        assert 'name="call_off"' not in words(client.get(review_url(revision)))
        client.post(review_url(revision), {"call_off": "1", "text": "No."})
        assert again(revision).state == "scheduled"

    def test_the_desk_lists_what_waits_the_next_one_first(self, as_user: Any) -> None:
        me = make.editor()
        late, early = make.scheduled(me, days=9, title_en="Later"), make.scheduled(me, days=2, title_en="Sooner")
        make.in_review(me)
        assert counts_for(me)["scheduled"] == 2
        assert set(revisions_on("scheduled", me)) == {late, early}
        page = words(as_user(me).get(reverse("publishing:desk"), {"show": "scheduled"}))
        assert page.index("Sooner") < page.index("Later")
        assert "Publish on" in page

    @pytest.mark.parametrize(("language", "said"), [("en", "To be published on"), ("zh-hans", "将于")])
    def test_the_history_speaks_the_readers_language(self, as_user: Any, language: str, said: str) -> None:
        revision, editor = make.scheduled(), make.editor()
        with translation.override(language):
            url = review_url(revision)
        page = words(as_user(editor).get(url))
        assert page.count(said) == 2
        assert f">{soon().isoformat()}<" not in page

    def test_the_published_policys_desk_page_leads_to_it(self, as_user: Any) -> None:
        editor = make.editor()
        policy = make.published(editor).policy
        revision = workflow.send_to_review(workflow.revise(policy, by=editor), by=editor)
        schedule(revision, on=soon(), by=make.reviewer(), seen=0)
        page = words(as_user(editor).get(reverse("publishing:validity", args=[policy.slug])))
        assert "New version, to be published on" in page
        assert review_url(revision) in page


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_somebody_who_calls_off() -> None:
    """All at the same moment: it is published once or called off, never both."""
    revision, editor = make.scheduled(), make.editor()
    barrier, came = threading.Barrier(3), []

    def run(act: Any) -> None:
        try:
            barrier.wait(timeout=10)
            came.append(bool(act()))
        except Refused:
            came.append(False)
        finally:
            connection.close()

    acts = [lambda: publish_scheduled(revision.pk, soon())] * 2 + [lambda: call_off(revision, by=editor, text="Stop.")]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(came) == [False, False, True]
    states = {RevisionState.PUBLISHED: 1, RevisionState.IN_REVIEW: 0}
    assert Policy.objects.get().version == states[RevisionState(again(revision).state)]
    assert scheduling.publish_due(soon()) == 0
