"""From a draft to a published policy, its repeal, and what happens when two people act at once."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from notices.models import Message, State
from policies import workflow
from policies.content import TEXT_COLUMNS
from policies.enums import Act
from policies.models import Policy, Revision, RevisionComment
from policies.publishing.staleness import AGREED
from policies.search.index import asked, searched
from portal.core.access import Refused
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def acts(revision: Revision) -> list[str]:
    return [row.act for row in revision.comments.all()]


class TestBegin:
    def test_a_draft_leaves_the_public_side_empty(self) -> None:
        revision = make.draft()
        policy = Policy.objects.get(pk=revision.policy_id)
        assert policy.published_at is None
        assert policy.version == 0
        assert not any(getattr(policy, column) for column in TEXT_COLUMNS)
        assert Policy.objects.published().count() == 0
        assert acts(revision) == [Act.CREATED]

    def test_the_address_is_made_of_the_english_title(self) -> None:
        assert make.draft(title_en="Rent relief, 2026!").policy.slug == "rent-relief-2026"

    def test_a_taken_address_gets_an_ending(self) -> None:
        first, second = make.draft(), make.draft()
        assert second.policy.slug.startswith(f"{first.policy.slug}-")

    def test_a_chosen_address_that_is_taken_is_refused(self) -> None:
        make.draft()
        with pytest.raises(Refused, match="already has this short name"):
            workflow.begin(by=make.editor(), content=make.CONTENT, slug="fictional-subsidy")
        assert Policy.objects.count() == 1

    def test_without_an_english_title_the_address_comes_later(self) -> None:
        editor = make.editor()
        revision = make.draft(editor, title_en="")
        assert revision.policy.slug.startswith("draft-")
        saved = workflow.save_revision(revision, by=editor, content={"title_en": "Now it has one"}, seen=0)
        assert saved.policy.slug == "now-it-has-one"

    @pytest.mark.parametrize("title", ["🎉🎉", "شركة", "《》", "<script>alert(1)</script>"])
    def test_titles_of_any_script(self, title: str) -> None:
        revision = make.draft(title_en=title)
        assert revision.content["title_en"] == title
        assert revision.policy.slug == "scriptalert1script" or revision.policy.slug.startswith("draft-")

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ({"title_en": "", "title_zh_hans": ""}, "title in at least one language"),
            ({"effective_from": "2026-05-01", "effective_to": "2026-04-30"}, "end lies before"),
            ({"window_opens": "2026-05-01", "window_closes": "2026-04-30"}, "end lies before"),
            ({"criteria": [{"field": "nonsense", "op": "eq", "value": 1}]}, "no field named"),
            ({"criteria": "x"}, "must be a list"),
            ({"department_id": 999_999}, "accepting department"),
        ],
    )
    def test_what_no_draft_may_be(self, content: dict[str, Any], told: str) -> None:
        with pytest.raises(Refused, match=told):
            make.draft(**content)
        assert Policy.objects.count() == 0

    def test_columns_that_are_no_columns_are_dropped(self) -> None:
        assert "published_at" not in make.draft(published_at="2026-01-01").content

    def test_only_editors(self) -> None:
        with pytest.raises(Refused, match="Only policy editors"):
            workflow.begin(by=make.translator(), content=make.CONTENT)


class TestSave:
    def test_what_is_not_given_stays(self) -> None:
        editor = make.editor()
        saved = workflow.save_revision(make.draft(editor), by=editor, content={"summary_en": "New."}, seen=0)
        assert saved.content["summary_zh_hans"] == make.CONTENT["summary_zh_hans"]
        assert (saved.lock_version, saved.stale) == (1, ["summary_zh_hans"])
        assert saved.content[AGREED] == {"summary_zh_hans": "A subsidy for enterprises."}

    def test_a_chain_of_changes_shows_the_first_wording(self) -> None:
        editor = make.editor()
        one = make.draft(editor)
        two = workflow.save_revision(one, by=editor, content={"summary_zh_hans": "第二稿。"}, seen=0)
        three = workflow.save_revision(two, by=editor, content={"summary_zh_hans": "第三稿。"}, seen=1)
        assert three.content[AGREED] == {"summary_en": "给企业的补贴。"}
        done = workflow.save_revision(three, by=editor, content={}, seen=2, confirmed=["summary_en"])
        assert (done.stale, done.content[AGREED]) == ([], {})

    def test_saving_the_same_again_writes_nothing(self) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        again = workflow.save_revision(revision, by=editor, content=revision.content, seen=0)
        assert again.lock_version == 0
        assert acts(revision) == [Act.CREATED]

    def test_a_double_click_is_no_conflict(self) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        for _click in range(2):
            saved = workflow.save_revision(revision, by=editor, content={"summary_en": "Twice."}, seen=0)
        assert saved.lock_version == 1

    def test_who_saves_often_leaves_one_row(self) -> None:
        editor, other = make.editor(), make.editor()
        revision = make.draft(editor)
        for n, by in enumerate([editor, editor, other, editor]):
            revision = workflow.save_revision(revision, by=by, content={"summary_en": f"{n}"}, seen=n)
        assert acts(revision) == [Act.CREATED, Act.SAVED, Act.SAVED, Act.SAVED]

    def test_the_second_person_is_told_who_saved_and_overwrites_nothing(self) -> None:
        first, second = make.editor(name_en="First Fang"), make.editor()
        revision = make.draft(first)
        workflow.save_revision(revision, by=first, content={"summary_en": "By the first."}, seen=0)
        with pytest.raises(workflow.Overtaken, match="First Fang saved this draft") as caught:
            workflow.save_revision(revision, by=second, content={"summary_en": "By the second."}, seen=0)
        assert caught.value.current.content["summary_en"] == "By the first."
        assert Revision.objects.get(pk=revision.pk).content["summary_en"] == "By the first."

    def test_a_translator_changes_texts(self) -> None:
        translator = make.translator()
        criteria = [{"field": "employees", "op": "gte", "value": 10, "clause_en": "Article 1"}]
        content = {"summary_en": "Better.", "criteria": criteria, "translated": ["summary_en"]}
        saved = workflow.save_revision(make.draft(), by=translator, content=content, seen=0)
        assert saved.content["criteria"] == criteria, "the text of a clause is a text"

    @pytest.mark.parametrize(
        "fact",
        [
            {"level": "national"},
            {"max_amount_cny": 1},
            {"effective_to": "2030-01-01"},
            {"source_url": "https://example.org/"},
            {"criteria": []},
            {"criteria": [{"field": "employees", "op": "gte", "value": 11}]},
        ],
    )
    def test_but_no_facts(self, fact: dict[str, Any]) -> None:
        revision = make.draft()
        with pytest.raises(Refused, match="Translators change the texts only"):
            workflow.save_revision(revision, by=make.translator(), content=fact | {"summary_en": "X"}, seen=0)
        assert Revision.objects.get(pk=revision.pk).lock_version == 0

    @pytest.mark.parametrize("by", [make.reviewer, lambda: UserFactory(roles=["admin"]), UserFactory])
    def test_nobody_else_writes(self, by: Any) -> None:
        with pytest.raises(Refused, match="Only policy editors and translators"):
            workflow.save_revision(make.draft(), by=by(), content={"summary_en": "X"}, seen=0)

    def test_not_while_it_is_reviewed(self) -> None:
        with pytest.raises(Refused, match="is being reviewed"):
            workflow.save_revision(make.in_review(), by=make.editor(), content={"summary_en": "X"}, seen=0)

    def test_the_address_stays_once_published(self) -> None:
        editor = make.editor()
        policy = make.published(editor).policy
        revision = workflow.revise(policy, by=editor)
        workflow.save_revision(revision, by=editor, content={"title_en": "Another"}, seen=0, slug="another")
        assert Policy.objects.get(pk=policy.pk).slug == "fictional-subsidy"


class TestReview:
    def test_reviewers_hear_of_it_in_their_digest_the_author_does_not(self) -> None:
        both = UserFactory(roles=["editor", "reviewer"])
        other, gone = make.reviewer(language="zh-hans"), make.reviewer(is_active=False)
        make.in_review(both)
        message = Message.objects.get()
        assert (message.recipient, message.state, message.language) == (other, State.HELD, "zh-hans")
        assert "虚构补贴" in message.subject
        assert gone.pk != message.recipient_id

    def test_sent_again_after_being_returned_they_hear_again(self) -> None:
        editor, reviewer = make.editor(), make.reviewer()
        revision = make.in_review(editor)
        workflow.send_back(revision, by=reviewer, text="Shorter, please.")
        workflow.send_to_review(revision, by=editor)
        assert Message.objects.filter(recipient=reviewer, kind="policy_review").count() == 2

    def test_a_second_click_on_send_is_refused_with_the_reason(self) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        workflow.send_to_review(revision, by=editor)
        with pytest.raises(Refused, match="is being reviewed"):
            workflow.send_to_review(revision, by=editor)
        assert acts(revision).count(Act.SENT) == 1

    def test_incomplete_texts_stay_drafts(self) -> None:
        editor = make.editor()
        revision = make.draft(editor, issuer_en="")
        with pytest.raises(Refused, match=r"Still missing: Issuing authority \(English\)"):
            workflow.send_to_review(revision, by=editor)
        assert Revision.objects.get(pk=revision.pk).state == "draft"

    def test_returned_with_a_comment_and_remarks(self) -> None:
        editor = make.editor(language="en")
        revision = make.in_review(editor)
        workflow.send_back(
            revision, by=make.reviewer(), text=" Almost. ", remarks={"summary": "Too long", "title": " "}
        )
        rows = RevisionComment.objects.filter(act=Act.RETURNED)
        assert [(row.field, row.text) for row in rows] == [("", "Almost."), ("summary", "Too long")]
        told = Message.objects.get(recipient=editor)
        assert told.subject == "Returned with comments: Fictional subsidy"
        assert told.state == State.HELD

    @pytest.mark.parametrize(("text", "remarks"), [("", {}), ("  ", {"title": " "}), ("", None)])
    def test_never_without_a_word(self, text: str, remarks: Any) -> None:
        revision = make.in_review()
        with pytest.raises(Refused, match="Say what should be changed"):
            workflow.send_back(revision, by=make.reviewer(), text=text, remarks=remarks)
        assert Revision.objects.get(pk=revision.pk).state == "in_review"

    def test_remarks_on_nonsense_are_refused(self) -> None:
        with pytest.raises(Refused, match="no such field"):
            workflow.send_back(make.in_review(), by=make.reviewer(), remarks={"password": "?"})

    def test_the_author_takes_it_back(self) -> None:
        editor = make.editor()
        revision = make.in_review(editor)
        with pytest.raises(Refused, match="Only the person who wrote it"):
            workflow.take_back(revision, by=make.editor())
        assert workflow.take_back(revision, by=editor).state == "draft"
        with pytest.raises(Refused, match="draft now"):
            workflow.publish(revision, by=make.reviewer(), seen=0)

    def test_discarding_frees_the_address_of_what_was_never_published(self) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        workflow.discard(revision, by=editor)
        assert make.draft(editor).policy.slug == "fictional-subsidy"
        with pytest.raises(Refused, match="has been discarded"):
            workflow.save_revision(revision, by=editor, content={"title_en": "X"}, seen=0)

    def test_discarding_a_new_version_leaves_what_is_published(self) -> None:
        editor = make.editor()
        policy = make.published(editor).policy
        workflow.discard(workflow.revise(policy, by=editor), by=editor)
        assert Policy.objects.published().get().slug == "fictional-subsidy"
        assert workflow.revise(policy, by=editor).state == "draft"


class TestPublish:
    def test_everything_reaches_the_public_side(self) -> None:
        department = DepartmentFactory()
        revision = make.published(
            max_amount_cny=200_000, effective_from="2026-01-01", department_id=department.pk, mode="fast"
        )
        policy = Policy.objects.published().get()
        assert (policy.title_en, policy.title_zh_hans) == ("Fictional subsidy", "虚构补贴")
        assert (policy.max_amount_cny, policy.effective_from) == (200_000, date(2026, 1, 1))
        assert (policy.department, policy.mode, policy.version) == (department, "fast", 1)
        assert policy.criteria == make.CONTENT["criteria"]
        assert (revision.number, revision.state) == (1, "published")
        assert list(searched(Policy.objects.all(), asked("虚构补贴"))) == [policy]
        assert list(searched(Policy.objects.all(), asked("subsidy"))) == [policy]

    def test_a_new_version_replaces_it_and_the_first_stays_readable(self) -> None:
        editor, reviewer = make.editor(), make.reviewer()
        policy = make.published(editor).policy
        first_day = policy.published_at
        second = workflow.revise(policy, by=editor)
        assert second.content["title_en"] == "Fictional subsidy"
        workflow.save_revision(second, by=editor, content={"title_en": "Renamed", "title_zh_hans": "改名"}, seen=0)
        assert Policy.objects.get().title_en == "Fictional subsidy", "a draft shows nowhere"
        second = workflow.send_to_review(second, by=editor)
        policy = workflow.publish(second, by=reviewer, seen=second.lock_version)
        assert (policy.title_en, policy.version, policy.published_at) == ("Renamed", 2, first_day)
        assert policy.changed_at > first_day
        titles = policy.revisions.order_by("number").values_list("number", "content__title_en")
        assert list(titles) == [(1, "Fictional subsidy"), (2, "Renamed")]
        assert (
            list(searched(Policy.objects.all(), asked("改名")))
            == list(searched(Policy.objects.all(), asked("renamed")))
            == [policy]
        )

    def test_staleness_is_published_and_goes_on_in_the_next_version(self) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        revision = workflow.save_revision(revision, by=editor, content={"summary_zh_hans": "改。"}, seen=0)
        revision = workflow.send_to_review(revision, by=editor)
        policy = workflow.publish(revision, by=make.reviewer(), seen=1)
        assert policy.stale == ["summary_en"]
        following = workflow.revise(policy, by=editor)
        assert following.stale == ["summary_en"]
        assert following.content[AGREED] == {"summary_en": "给企业的补贴。"}

    def test_one_open_version_at_a_time(self) -> None:
        policy = make.published().policy
        one = workflow.revise(policy, by=make.editor())
        assert workflow.revise(policy, by=make.editor()) == one
        assert Revision.objects.filter(state="draft").count() == 1

    def test_the_author_hears_of_it(self) -> None:
        editor = make.editor()
        make.published(editor, make.reviewer(name_en="Rita Ren"))
        message = Message.objects.get(recipient=editor)
        assert (message.subject, message.kind) == ("Published: Fictional subsidy", "policy_published")
        assert "Rita Ren" in message.body

    def test_the_author_is_refused_and_the_database_refuses_too(self) -> None:
        both = UserFactory(roles=["editor", "reviewer"])
        revision = make.in_review(both)
        with pytest.raises(Refused, match="somebody else must publish"):
            workflow.publish(revision, by=both, seen=0)
        with pytest.raises(IntegrityError, match="published_by_someone_else"), transaction.atomic():
            Revision.objects.filter(pk=revision.pk).update(state="published", reviewer=both, number=1)
        assert Policy.objects.published().count() == 0

    def test_what_changed_since_it_was_read_is_not_published_unread(self) -> None:
        editor, reviewer = make.editor(), make.reviewer()
        revision = make.in_review(editor)
        workflow.take_back(revision, by=editor)
        workflow.save_revision(revision, by=editor, content={"max_amount_cny": 999_999}, seen=0)
        workflow.send_to_review(revision, by=editor)
        with pytest.raises(Refused, match="has changed since you opened"):
            workflow.publish(revision, by=reviewer, seen=0)
        assert workflow.publish(revision, by=reviewer, seen=1).max_amount_cny == 999_999

    def test_every_state_is_in_the_audit_trail(self) -> None:
        revision = make.published()
        states = revision.audit_rows.order_by("pgh_id").values_list("state", flat=True)
        assert list(states) == ["draft", "in_review", "published"]
