"""Two officials, two windows, two clicks: what happens once happens once, and no word is lost. In both languages."""

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from notices.models import Message
from policies import workflow
from policies.models import Package, Policy, Revision, RevisionComment
from policies.packages import packages
from policies.publishing.review_views import LONGEST
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans")
HOSTILE = ["<script>alert(1)</script>", "\u202eABC\u202c 😀", "{{ 7|add:7 }} %(name)s", "长" * 150]


def url(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"publishing:{name}", args=args)


def words(response: Any) -> str:
    return unescape(response.content.decode())


class TestComments:
    def send(self, as_user: Any, **data: str) -> tuple[Revision, Any]:
        revision = make.in_review()
        client = as_user(make.reviewer())
        response = client.post(url("review", revision.pk), {"return": "1", **data})
        revision.refresh_from_db()
        return revision, response

    @pytest.mark.parametrize("field", ["text", "remark_title", "remark_contact"])
    def test_a_comment_that_is_too_long_is_not_cut_but_given_back(self, as_user: Any, field: str) -> None:
        typed = "长" * LONGEST + "END"
        revision, response = self.send(as_user, **{field: typed})
        assert response.status_code == 200
        assert "A comment has at most 2,000 characters." in words(response)
        assert typed in words(response)
        assert revision.state == "in_review"
        assert not RevisionComment.objects.filter(act="returned").exists()

    @pytest.mark.parametrize("typed", ["x" * LONGEST, "a\r\n" * 999, f"  {'y' * LONGEST}  "])
    def test_the_longest_comment_arrives_whole(self, as_user: Any, typed: str) -> None:
        revision, response = self.send(as_user, text=typed)
        assert response.status_code == 302
        assert revision.comments.get(act="returned").text == typed.replace("\r\n", "\n").strip()

    @pytest.mark.parametrize("typed", HOSTILE)
    def test_any_words_reach_the_author_as_words(self, as_user: Any, typed: str) -> None:
        revision, _response = self.send(as_user, text=typed, remark_title=typed)
        page = as_user(revision.author).get(url("edit", revision.pk)).content.decode()
        assert unescape(page).count(typed) == 2
        assert "<script>alert" not in page

    @pytest.mark.parametrize("typed", ["", "   ", "\r\n\r\n", "\u3000"])
    def test_blanks_are_no_comment(self, as_user: Any, typed: str) -> None:
        revision, response = self.send(as_user, text=typed, remark_title=typed)
        assert response.status_code == 200
        assert revision.state == "in_review"

    def test_a_remark_on_a_text_that_there_is_not_is_not_read(self, as_user: Any) -> None:
        revision, _response = self.send(as_user, remark_nonsense="Hello", remark_search="x")
        assert revision.state == "in_review"

    def test_counted_not_cut_by_the_browser(self, as_user: Any) -> None:
        revision = make.in_review()
        page = as_user(make.reviewer()).get(url("review", revision.pk)).content.decode()
        assert page.count(f'data-most="{LONGEST}"') == 1 + 7
        assert not re.search(r"<textarea[^>]*maxlength", page)


class TestTwoWindows:
    """(act, what it leaves) done from two windows that were opened before."""

    ACTS = ("send", "take-back", "discard", "return", "publish")

    def ready(self, act: str) -> tuple[Revision, Any]:
        editor = make.editor()
        revision = make.draft(editor) if act in ("send", "discard") else make.in_review(editor)
        return revision, make.reviewer() if act in ("return", "publish") else editor

    def press(self, client: Any, act: str, revision: Revision, language: str = "en") -> Any:
        if act in ("return", "publish"):
            data = {act: "1", "lock_version": str(revision.lock_version), "text": "Why?" if act == "return" else ""}
            return client.post(url("review", revision.pk, language=language), data, follow=True)
        return client.post(url(act, revision.pk, language=language), follow=True)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("act", ACTS)
    def test_the_second_press_changes_nothing_and_is_told(self, as_user: Any, act: str, language: str) -> None:
        revision, person = self.ready(act)
        client = as_user(person)
        self.press(client, act, revision, language)
        revision.refresh_from_db()
        state, history, mails = revision.state, revision.comments.count(), Message.objects.count()
        again = self.press(client, act, revision, language)
        assert again.status_code == 200
        assert 'class="notice notice-bad"' in again.content.decode()
        revision.refresh_from_db()
        assert (revision.state, revision.comments.count(), Message.objects.count()) == (state, history, mails)

    @pytest.mark.parametrize("late", ["return", "publish"])
    @pytest.mark.parametrize("early", ["return", "publish"])
    def test_of_two_reviewers_one_decides(self, as_user: Any, early: str, late: str) -> None:
        revision = make.in_review()
        first, second = make.reviewer(name_en="First Fan"), make.reviewer()
        self.press(as_user(first), early, revision)
        page = words(self.press(as_user(second), late, revision))
        revision.refresh_from_db()
        assert revision.reviewer == first
        assert revision.state == {"return": "returned", "publish": "published"}[early]
        assert "First Fan" in page

    def test_the_author_takes_it_back_while_the_reviewer_reads(self, as_user: Any) -> None:
        revision = make.in_review()
        workflow.take_back(revision, by=revision.author)
        page = self.press(as_user(make.reviewer()), "return", revision)
        assert "Why?" in words(page)
        revision.refresh_from_db()
        assert revision.state == "draft"

    def test_two_people_begin_the_same_new_version_and_share_it(self, as_user: Any) -> None:
        policy = make.published().policy
        places = {
            as_user(person).post(url("new-version", policy.slug))["Location"]
            for person in (make.editor(), make.translator())
        }
        assert len(places) == 1
        assert policy.revisions.filter(state="draft").count() == 1


class TestStale:
    """A published policy is changed in one language: everybody is told that the other is behind."""

    def revise(self, column: str, text: str) -> Policy:
        editor = make.editor()
        policy = make.published(editor).policy
        revision = workflow.revise(policy, by=editor)
        revision = workflow.save_revision(revision, by=editor, content={column: text}, seen=revision.lock_version)
        workflow.send_to_review(revision, by=editor)
        workflow.publish(revision, by=make.reviewer(), seen=revision.lock_version)
        policy.refresh_from_db()
        return policy

    @pytest.mark.parametrize(
        ("language", "label"), [("en", "The other language of this text was changed since"), ("zh-hans", "")]
    )
    def test_visitors_read_it_beside_the_text_that_is_behind(self, client: Any, language: str, label: str) -> None:
        policy = self.revise("summary_zh_hans", "标准提高至30万元。")
        page = words(client.get(f"/{language}/policies/{policy.slug}/"))
        assert policy.stale == ["summary_en"]
        assert ("Out of date" in page) == (language == "en")
        assert label in page
        assert ("标准提高至30万元。" in page) == (language == "zh-hans")

    def test_the_chinese_can_be_behind_as_well(self, client: Any) -> None:
        policy = self.revise("summary_en", "Up to CNY 300,000.")
        assert policy.stale == ["summary_zh_hans"]
        assert "Up to CNY 300,000." in words(client.get(f"/en/policies/{policy.slug}/"))

    def test_both_changed_together_are_level(self) -> None:
        editor = make.editor()
        policy = make.published(editor).policy
        revision = workflow.revise(policy, by=editor)
        both = {"summary_en": "New.", "summary_zh_hans": "新。"}
        revision = workflow.save_revision(revision, by=editor, content=both, seen=revision.lock_version)
        assert revision.stale == []

    def test_every_version_stays_readable(self, client: Any) -> None:
        policy = self.revise("title_en", "Second title")
        assert "Fictional subsidy" in words(client.get(f"/en/policies/{policy.slug}/versions/1/"))
        assert "Second title" in words(client.get(f"/en/policies/{policy.slug}/versions/2/"))
        assert client.get(f"/en/policies/{policy.slug}/versions/3/").status_code == 404


class TestRepeal:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_nobody_is_invited_to_apply_for_what_is_gone(self, as_user: Any, client: Any, language: str) -> None:
        policy = PolicyFactory(window_closes=local_day().replace(year=local_day().year + 1, day=1))
        successor = PolicyFactory(title_en="Successor", title_zh_hans="后继政策")
        until = {"en": "Apply by", "zh-hans": "申报截止"}[language]
        over = {"en": "No longer open for applications", "zh-hans": "不再受理申报"}[language]
        path = f"/{language}/policies/{policy.slug}/"
        assert until in words(client.get(path))
        data = {"repealed_on": local_day().isoformat(), "replaced_by": successor.slug}
        as_user(make.reviewer()).post(url("validity", policy.slug, language=language), data)
        page = words(client.get(path))
        assert until not in page
        assert over in page
        assert {"en": "Successor", "zh-hans": "后继政策"}[language] in page

    def test_the_mark_of_punctuation_is_the_languages_own(self, as_user: Any) -> None:
        policy, successor = PolicyFactory(), PolicyFactory()
        workflow.repeal(policy, on=local_day(), by=make.reviewer(), replaced_by=successor)
        client = as_user(make.reviewer())
        assert "Replaced by: <a" in client.get(url("validity", policy.slug)).content.decode()
        assert "替代政策：<a" in client.get(url("validity", policy.slug, language="zh-hans")).content.decode()


def composed(by: Any, **content: Any) -> Package:
    content = {"title_zh_hans": "金融服务包", "title_en": "Finance package", "theme": "finance", **content}
    return packages.compose(by=by, content=content)


class TestPackages:
    def test_choosing_one_of_several_is_needed_and_says_so(self, as_user: Any) -> None:
        EnterpriseFactory(name_en="Twin One"), EnterpriseFactory(name_en="Twin Two")
        data = {"title_en": "P", "title_zh_hans": "包", "theme": "", "enterprise_name": "twin"}
        response = as_user(make.editor()).post(url("package-new"), data)
        form = response.context["form"]
        assert form.errors == {"enterprise": ["Several enterprises fit: choose one."]}
        assert form.fields["enterprise"].required

    @pytest.mark.parametrize("pick", ["0", "x", "99999999999999999999", "<script>"])
    def test_a_forged_choice_is_the_same_mistake(self, as_user: Any, pick: str) -> None:
        EnterpriseFactory(name_en="Twin One"), EnterpriseFactory(name_en="Twin Two")
        data = {"title_en": "P", "title_zh_hans": "包", "enterprise_name": "twin", "enterprise": pick}
        response = as_user(make.editor()).post(url("package-new"), data)
        assert response.context["form"].errors == {"enterprise": ["Several enterprises fit: choose one."]}
        assert not Package.objects.exists()

    def test_added_twice_it_is_in_once(self, as_user: Any) -> None:
        editor, policy = make.editor(), PolicyFactory()
        package, client = composed(editor), as_user(editor)
        for _n in range(2):
            assert client.post(url("package-add", package.pk), {"policy": policy.pk}).status_code == 302
        assert package.items.count() == 1

    @pytest.mark.parametrize("policy", ["", "x", "0", "-1", "1.5", "9" * 30, "१"])
    def test_forged_policies(self, as_user: Any, policy: str) -> None:
        editor = make.editor()
        package = composed(editor)
        assert as_user(editor).post(url("package-add", package.pk), {"policy": policy}).status_code == 404

    @pytest.mark.parametrize(("button", "order"), [("up", [0, 1, 2]), ("down", [1, 0, 2])])
    def test_the_first_moves_down_and_no_higher(self, as_user: Any, button: str, order: list[int]) -> None:
        editor, policies = make.editor(), PolicyFactory.create_batch(3)
        package = composed(editor)
        for policy in policies:
            packages.add(package, policy, by=editor)
        first = package.items.get(policy=policies[0])
        as_user(editor).post(url("package-item", package.pk, first.pk), {button: "1"})
        shown = [item.policy for item in package.items.select_related("policy")]
        assert shown == [policies[place] for place in order]

    @pytest.mark.parametrize("data", [{}, {"explode": "1"}, {"policy": "1"}])
    def test_an_act_without_a_button(self, as_user: Any, data: dict[str, str]) -> None:
        editor = make.editor()
        package = composed(editor)
        packages.add(package, PolicyFactory(), by=editor)
        assert as_user(editor).post(url("package-item", package.pk, package.items.get().pk), data).status_code == 404

    @pytest.mark.parametrize("note", HOSTILE)
    def test_notes_are_kept_and_shown_as_words(self, as_user: Any, note: str) -> None:
        editor = make.editor()
        package = composed(editor)
        packages.add(package, PolicyFactory(), by=editor)
        item = package.items.get()
        client = as_user(editor)
        data = {"note": "1", "note_zh_hans": note, "note_en": note}
        client.post(url("package-item", package.pk, item.pk), data)
        page = client.get(url("package", package.pk)).content.decode()
        assert note in unescape(page)
        assert "<script>alert" not in page

    def test_a_note_that_is_too_long_is_refused_whole(self, as_user: Any) -> None:
        editor = make.editor()
        package = composed(editor)
        packages.add(package, PolicyFactory(), by=editor)
        item = package.items.get()
        data = {"note": "1", "note_zh_hans": "长" * 301, "note_en": "short"}
        page = as_user(editor).post(url("package-item", package.pk, item.pk), data, follow=True)
        assert "at most 300 characters" in words(page)
        item.refresh_from_db()
        assert not item.note_en

    @pytest.mark.parametrize("act", ["hand-over", "withdraw"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_pressed_twice_it_is_done_and_told_once(self, as_user: Any, act: str, language: str) -> None:
        editor, member = make.editor(), MembershipFactory()
        package = composed(editor, theme="", enterprise=member.enterprise)
        packages.add(package, PolicyFactory(), by=editor)
        if act == "withdraw":
            packages.hand_over(package, by=editor)
        client = as_user(editor)
        client.post(url(f"package-{act}", package.pk, language=language))
        told = Message.objects.count()
        again = client.post(url(f"package-{act}", package.pk, language=language), follow=True)
        assert 'class="notice notice-bad"' in again.content.decode()
        assert Message.objects.count() == told
        package.refresh_from_db()
        assert package.state == {"hand-over": "handed_over", "withdraw": "withdrawn"}[act]

    @pytest.mark.parametrize("roles", [["translator"], ["auditor"], ["leader"], ["steward"], []])
    def test_others_hand_nothing_over(self, as_user: Any, roles: list[str]) -> None:
        editor = make.editor()
        package = composed(editor)
        packages.add(package, PolicyFactory(), by=editor)
        response = as_user(UserFactory(roles=roles)).post(url("package-hand-over", package.pk))
        assert response.status_code in (302, 404)
        package.refresh_from_db()
        assert package.state == "draft"
