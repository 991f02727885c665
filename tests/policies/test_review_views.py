"""What the reviewer sees and decides."""

from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from policies import workflow
from policies.models import Policy, Revision, RevisionComment
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"publishing:{name}", args=args)


def words(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def revised() -> Revision:
    """A second version in review: some words, a fact and a condition changed."""
    editor = make.editor(name_en="Writer Wu")
    policy = make.published(editor, max_amount_cny=200_000).policy
    revision = workflow.revise(policy, by=editor)
    change = {
        "summary_en": "A generous subsidy for enterprises.",
        "summary_zh_hans": "给中小企业的补贴。",
        "max_amount_cny": 300_000,
        "criteria": [{"field": "employees", "op": "gte", "value": 20}],
    }
    revision = workflow.save_revision(revision, by=editor, content=change, seen=0)
    return workflow.send_to_review(revision, by=editor)


class TestReading:
    def test_what_changed_is_marked_in_both_languages(self, as_user: Any, revised: Revision) -> None:
        page = seen(as_user(make.reviewer()).get(url("review", revised.pk)))
        assert "A<ins> generous</ins> subsidy for enterprises." in page
        assert "给<ins>中小</ins>企业的补贴。" in page
        assert "<del>CNY 200,000</del> <ins>CNY 300,000</ins>" in page
        assert "At least <del>10</del><ins>20</ins> employees" in page
        assert "<del>District" not in page

    def test_a_first_version_has_nothing_to_be_compared_with(self, as_user: Any) -> None:
        page = words(as_user(make.reviewer()).get(url("review", make.in_review().pk)))
        assert "<ins>" not in page
        assert "A subsidy for enterprises." in page
        assert "给企业的补贴。" in page

    def test_a_published_version_is_compared_with_the_one_before(self, as_user: Any, revised: Revision) -> None:
        workflow.publish(revised, by=make.reviewer(), seen=1)
        page = seen(as_user(make.translator()).get(url("review", revised.pk)))
        assert "A<ins> generous</ins> subsidy" in page

    def test_imported_versions_without_people_or_keys(self, as_user: Any) -> None:
        content = {"title_zh_hans": "进口", "title_en": None, "criteria": [], "max_amount_cny": None, "level": "odd"}
        revision = Revision.objects.create(policy=PolicyFactory(), state="published", number=1, content=content)
        page = words(as_user(make.editor()).get(url("review", revision.pk)))
        assert "进口" in page
        assert "it came with the first data" in page

    def test_missing_and_stale_are_listed(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor, contact_zh_hans="电话")
        workflow.save_revision(revision, by=editor, content={"summary_en": "Other."}, seen=0)
        page = words(as_user(make.reviewer()).get(url("review", revision.pk)))
        assert "Still missing: Contact (English)." in page
        assert "Out of date: Summary (Chinese)." in page

    def test_the_history_tells_everything(self, as_user: Any, revised: Revision) -> None:
        workflow.send_back(revised, by=make.reviewer(name_en="Rita Ren"), text="No.", remarks={"summary": "Why?"})
        page = words(as_user(make.editor()).get(url("review", revised.pk)))
        for told in ("Begun", "Saved", "Sent to review", "Returned with comments: Summary", "Why?", "Rita Ren"):
            assert told in page

    def test_very_different_long_texts_are_still_quick(self, as_user: Any) -> None:
        editor = make.editor()
        policy = make.published(editor, summary_zh_hans="甲" * 19_000).policy
        revision = workflow.revise(policy, by=editor)
        workflow.save_revision(revision, by=editor, content={"summary_zh_hans": "乙" * 19_000}, seen=0)
        assert as_user(editor).get(url("review", revision.pk)).status_code == 200

    def test_queries_do_not_grow_with_conditions_and_comments(
        self, as_user: Any, django_assert_num_queries: Any
    ) -> None:
        client = as_user(make.translator())
        for rows in (1, 3, 30):
            criteria = [{"field": "employees", "op": "gte", "value": n} for n in range(rows)]
            revision = make.in_review(criteria=criteria)
            RevisionComment.objects.bulk_create(
                RevisionComment(revision=revision, act="sent", author=make.editor()) for _n in range(rows)
            )
            with django_assert_num_queries(5):
                client.get(url("review", revision.pk))


class TestDeciding:
    def test_published(self, as_user: Any, revised: Revision) -> None:
        reviewer = make.reviewer()
        response = as_user(reviewer).post(url("review", revised.pk), {"publish": "1", "lock_version": "1"})
        assert response["Location"] == url("validity", revised.policy.slug)
        policy = Policy.objects.get()
        assert (policy.version, policy.max_amount_cny) == (2, 300_000)
        assert Revision.objects.get(number=2).reviewer == reviewer

    def test_the_author_sees_why_the_button_is_off(self, as_user: Any) -> None:
        both = UserFactory(roles=["editor", "reviewer"])
        revision = make.in_review(both)
        client = as_user(both)
        page = words(client.get(url("review", revision.pk)))
        assert "You wrote this yourself: somebody else must publish it." in page
        assert 'name="publish"' not in page
        response = client.post(url("review", revision.pk), {"publish": "1", "lock_version": "0"})
        assert "somebody else must publish it" in words(response)
        assert Revision.objects.get().state == "in_review"

    def test_editors_and_admins_decide_nothing(self, as_user: Any, admin_user: Any) -> None:
        revision = make.in_review()
        for person in (make.editor(), make.translator(), admin_user):
            client = as_user(person)
            client.post(url("review", revision.pk), {"publish": "1", "lock_version": "0"})
            client.post(url("review", revision.pk), {"return": "1", "text": "No."})
        assert Revision.objects.get().state == "in_review"

    def test_returned_with_remarks(self, as_user: Any) -> None:
        revision = make.in_review()
        data = {"return": "1", "text": "", "remark_summary": "Too short.", "remark_password": "?"}
        response = as_user(make.reviewer()).post(url("review", revision.pk), data)
        assert response["Location"] == url("desk")
        row = RevisionComment.objects.get(act="returned")
        assert (row.field, row.text) == ("summary", "Too short.")

    def test_returning_needs_a_word(self, as_user: Any) -> None:
        revision = make.in_review()
        response = as_user(make.reviewer()).post(url("review", revision.pk), {"return": "1", "text": "  "})
        assert "Say what should be changed" in words(response)
        assert Revision.objects.get().state == "in_review"

    def test_comments_are_not_lost_by_pressing_publish(self, as_user: Any) -> None:
        revision = make.in_review()
        data = {"publish": "1", "lock_version": "0", "text": "But the amount!", "remark_title": "Odd title"}
        response = as_user(make.reviewer()).post(url("review", revision.pk), data)
        page = words(response)
        assert "clear them before publishing" in page
        assert "But the amount!" in page
        assert "Odd title" in page
        assert Revision.objects.get().state == "in_review"

    def test_the_slower_reviewer_is_told_who_was_quicker(self, as_user: Any, revised: Revision) -> None:
        workflow.publish(revised, by=make.reviewer(name_en="Quick Qian"), seen=1)
        client = as_user(make.reviewer())
        for act in ({"publish": "1", "lock_version": "1"}, {"return": "1", "text": "No."}):
            assert "Quick Qian has already published it." in words(client.post(url("review", revised.pk), act))
        assert Policy.objects.get().version == 2

    def test_taken_back_a_second_ago(self, as_user: Any) -> None:
        revision = make.in_review()
        assert revision.author is not None
        workflow.take_back(revision, by=revision.author)
        response = as_user(make.reviewer()).post(url("review", revision.pk), {"publish": "1", "lock_version": "0"})
        assert "It is a draft now" in words(response)
        assert Policy.objects.published().count() == 0

    def test_changed_since_it_was_opened(self, as_user: Any, revised: Revision) -> None:
        response = as_user(make.reviewer()).post(url("review", revised.pk), {"publish": "1", "lock_version": "0"})
        assert "has changed since you opened this page" in words(response)
        assert Policy.objects.get().version == 1

    @pytest.mark.parametrize("data", [{}, {"publish": "1"}, {"publish": "1", "lock_version": "x"}, {"act": "drop"}])
    def test_forged_forms(self, as_user: Any, data: dict[str, str]) -> None:
        revision = make.in_review()
        assert as_user(make.reviewer()).post(url("review", revision.pk), data).status_code == 404
        assert Revision.objects.get().state == "in_review"


class TestOwnActs:
    def test_sent_from_the_page_that_shows_it(self, as_user: Any) -> None:
        revision = make.draft()
        client = as_user(revision.author)
        assert "Send to review" in words(client.get(url("review", revision.pk)))
        client.post(url("send", revision.pk))
        assert Revision.objects.get().state == "in_review"
        assert "is being reviewed" in words(client.post(url("send", revision.pk), follow=True))

    def test_an_incomplete_one_says_why_the_button_is_off(self, as_user: Any) -> None:
        revision = make.draft(issuer_en="")
        client = as_user(revision.author)
        assert "Still missing: Issuing authority (English)." in words(client.get(url("review", revision.pk)))
        client.post(url("send", revision.pk))
        assert Revision.objects.get().state == "draft"

    def test_taken_back_by_its_author_alone(self, as_user: Any) -> None:
        revision = make.in_review()
        other = as_user(make.editor()).post(url("take-back", revision.pk), follow=True)
        assert "Only the person who wrote it takes it back." in words(other)
        response = as_user(revision.author).post(url("take-back", revision.pk))
        assert response["Location"] == url("edit", revision.pk)
        assert Revision.objects.get().state == "draft"

    def test_discarded_by_its_author_or_a_reviewer(self, as_user: Any) -> None:
        revision = make.draft()
        as_user(make.editor()).post(url("discard", revision.pk))
        assert Revision.objects.get().state == "draft"
        response = as_user(make.reviewer()).post(url("discard", revision.pk))
        assert response["Location"] == url("desk")
        assert Revision.objects.get().state == "discarded"
        assert "has been discarded" in words(as_user(revision.author).post(url("discard", revision.pk), follow=True))
