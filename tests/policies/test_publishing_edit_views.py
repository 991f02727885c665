"""Changing a draft side by side, and how long a published policy is valid."""

from typing import Any

import pytest

from policies import workflow
from policies.models import Policy, Revision
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen
from tests.policies.test_publishing_views import FORM, SCRIPT, sent, url, words

pytestmark = pytest.mark.django_db


class TestEdit:
    def test_scripts_are_shown_as_text_on_every_page(self, as_user: Any) -> None:
        editor = UserFactory(roles=["editor", "reviewer"], name_en=SCRIPT)
        texts = {column: f"{SCRIPT} {column}" for column in FORM if column.endswith(("_en", "_zh_hans"))}
        rows = [{"field": "employees", "op": "gte", "value": "10", "clause_zh": SCRIPT, "clause_en": SCRIPT}]
        client = as_user(editor)
        client.post(url("new"), sent(*rows, **texts, document_number=SCRIPT))
        revision = Revision.objects.get()
        workflow.send_to_review(revision, by=editor)
        workflow.send_back(revision, by=make.reviewer(), text=SCRIPT, remarks={"title": SCRIPT})
        for page in (url("desk"), url("edit", revision.pk), url("review", revision.pk)):
            html = client.get(page).content.decode()
            assert SCRIPT not in html
            assert "&lt;script&gt;" in html

    def test_each_text_says_whether_it_is_done_missing_or_stale(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor, contact_zh_hans="电话")
        client = as_user(editor)
        client.post(url("edit", revision.pk), sent(contact_zh_hans="电话", summary_zh_hans="给中小企业的补贴。"))
        response = client.get(url("edit", revision.pk))
        states = {side.column: side.state for pair in response.context["pairs"] for side in pair.sides}
        assert states["summary_en"] == "stale"
        assert states["contact_en"] == "missing"
        assert states["title_en"] == "done"
        assert states["materials_en"] == ""
        page = words(response)
        assert "给<ins>中小</ins>企业的补贴。" in seen(response)
        assert "Translation out of date" in page
        assert "Not translated" in page

    def test_still_correct(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        client = as_user(editor)
        client.post(url("edit", revision.pk), sent(summary_zh_hans="改了。"))
        assert Revision.objects.get().stale == ["summary_en"]
        again = sent(summary_zh_hans="改了。", lock_version="1", confirmed=["summary_en", "password"])
        client.post(url("edit", revision.pk), again)
        assert Revision.objects.get().stale == []

    def test_saving_twice_with_one_form_is_no_conflict(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.draft(editor)
        client = as_user(editor)
        data = sent({"field": "employees", "op": "gte", "value": "10", "stored": "gte"}, summary_en="Once.")
        assert [client.post(url("edit", revision.pk), data).status_code for _n in range(2)] == [302, 302]
        assert Revision.objects.get().lock_version == 1

    def test_the_second_person_keeps_their_text_and_sees_the_difference(self, as_user: Any) -> None:
        revision = make.draft(make.editor(name_en="First Fang"))
        workflow.save_revision(
            revision, by=revision.author, content={"summary_en": "By the first.", "issuer_en": "New Issuer"}, seen=0
        )
        client = as_user(make.editor())
        row = {"field": "employees", "op": "gte", "value": "10", "stored": "gte"}
        response = client.post(url("edit", revision.pk), sent(row, summary_en="By me.", contact_en="My office"))
        assert response.status_code == 409
        page = words(response)
        assert "First Fang saved this draft after you had opened it." in page
        form = response.context["form"]
        assert form["summary_en"].value() == "By me."
        assert form["contact_en"].value() == "My office"
        assert form["issuer_en"].value() == "New Issuer", "what only the other changed is taken over"
        assert "Issuing authority (English)" in response.context["clash"]["taken"]
        assert "By <del>the first</del><ins>me</ins>." in seen(response)
        assert Revision.objects.get().content["summary_en"] == "By the first.", "nothing is saved yet"
        again = sent(row, summary_en="By me.", contact_en="My office", issuer_en="New Issuer", lock_version="1")
        assert client.post(url("edit", revision.pk), again).status_code == 302
        saved = Revision.objects.get().content
        assert (saved["summary_en"], saved["issuer_en"]) == ("By me.", "New Issuer")

    def test_a_mistake_does_not_hide_that_somebody_saved_meanwhile(self, as_user: Any) -> None:
        revision = make.draft()
        workflow.save_revision(revision, by=revision.author, content={"summary_en": "Theirs."}, seen=0)
        response = as_user(make.editor()).post(url("edit", revision.pk), sent(summary_en="Mine.", issued_on="x"))
        assert response.status_code == 200
        assert 'name="lock_version" value="0"' in words(response), "the next try is still compared with what was read"

    @pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 20])
    def test_forged_versions(self, as_user: Any, seen: str) -> None:
        revision = make.draft()
        response = as_user(make.editor()).post(url("edit", revision.pk), sent(lock_version=seen, title_en="X"))
        assert response.status_code == 404
        assert Revision.objects.get().lock_version == 0

    def test_translators_write_texts_and_their_facts_are_not_read(self, as_user: Any) -> None:
        revision = make.draft(max_amount_cny=5)
        client = as_user(make.translator())
        page = words(client.get(url("edit", revision.pk)))
        assert "the facts are for policy editors" in page
        assert "Save and send to review" not in page
        row = {"field": "employees", "op": "gte", "value": "99", "clause_zh": "第一条", "clause_en": "Article 1"}
        forged = sent(row, summary_en="Better.", max_amount_cny="99", level="national", slug="mine")
        assert client.post(url("edit", revision.pk), forged | {"criteria-INITIAL_FORMS": "1"}).status_code == 302
        content = Revision.objects.get().content
        assert content["summary_en"] == "Better."
        assert (content["max_amount_cny"], content["level"]) == (5, "district")
        assert content["criteria"][0] == make.CONTENT["criteria"][0] | {"clause_zh": "第一条", "clause_en": "Article 1"}
        assert Policy.objects.get().slug == "fictional-subsidy"

    def test_translators_add_no_conditions(self, as_user: Any) -> None:
        revision = make.draft(criteria=[])
        row = {"field": "employees", "op": "gte", "value": "99"}
        as_user(make.translator()).post(url("edit", revision.pk), sent(row, summary_en="Better."))
        assert Revision.objects.get().content["criteria"] == []

    def test_translators_cannot_send(self, as_user: Any) -> None:
        revision = make.draft()
        response = as_user(make.translator()).post(url("edit", revision.pk), sent(send="1"), follow=True)
        assert "A policy editor sends it to review." in words(response)
        assert Revision.objects.get().state == "draft"

    def test_a_condition_is_removed(self, as_user: Any) -> None:
        revision = make.draft()
        row = {"field": "employees", "op": "gte", "value": "10", "DELETE": "on"}
        as_user(revision.author).post(url("edit", revision.pk), sent(row))
        assert Revision.objects.get().content["criteria"] == []

    @pytest.mark.parametrize("state", ["in_review", "published"])
    def test_what_cannot_be_written_leads_to_the_page_that_shows_it(self, as_user: Any, state: str) -> None:
        revision = {"in_review": make.in_review, "published": make.published}[state]()
        client = as_user(make.editor())
        assert client.get(url("edit", revision.pk))["Location"] == url("review", revision.pk)
        client.post(url("edit", revision.pk), sent(title_en="Sneaked in"))
        assert Revision.objects.get().content["title_en"] == "Fictional subsidy"

    def test_remarks_stand_beside_their_text(self, as_user: Any) -> None:
        editor = make.editor()
        revision = make.in_review(editor)
        workflow.send_back(revision, by=make.reviewer(), text="In general.", remarks={"summary": "Too short."})
        response = as_user(editor).get(url("edit", revision.pk))
        remarks = {pair.name: [row.text for row in pair.remarks] for pair in response.context["pairs"]}
        assert remarks["summary"] == ["Too short."]
        assert remarks["title"] == []
        assert "In general." in words(response)

    def test_the_page_takes_a_constant_number_of_queries(self, as_user: Any, django_assert_num_queries: Any) -> None:
        client = as_user(make.editor())
        for rows in (1, 3, 30):
            criteria = [{"field": "employees", "op": "gte", "value": n} for n in range(rows)]
            revision = make.draft(criteria=criteria)
            with django_assert_num_queries(10):
                client.get(url("edit", revision.pk))

    def test_in_chinese(self, as_user: Any) -> None:
        editor = make.editor(language="zh-hans")
        revision = make.draft(editor)
        page = words(as_user(editor).get(url("edit", revision.pk).replace("/en/", "/zh-hans/")))
        assert '<html lang="zh-hans"' in page
        assert "虚构补贴" in page
        assert "At least 10 employees" in page, "the sentence is shown in both languages whatever the page's"


class TestValidity:
    def test_a_new_version_is_begun_and_found_again(self, as_user: Any) -> None:
        editor, policy = make.editor(), make.published().policy
        client = as_user(editor)
        first = client.post(url("new-version", policy.slug))
        revision = Revision.objects.get(state="draft")
        assert first["Location"] == url("edit", revision.pk)
        assert client.post(url("new-version", policy.slug))["Location"] == first["Location"]
        assert "stays public until this one is published" in words(client.get(first["Location"]))

    def test_reviewers_alone_begin_no_version(self, as_user: Any) -> None:
        response = as_user(make.reviewer()).post(url("new-version", make.published().policy.slug), follow=True)
        assert "Only policy editors and translators write here." in words(response)

    def test_versions_are_listed_with_who_wrote_and_published_them(self, as_user: Any) -> None:
        revision = make.published(make.editor(name_en="Writer Wu"), make.reviewer(name_en="Reader Ren"))
        page = words(as_user(make.editor()).get(url("validity", revision.policy.slug)))
        assert "Written by Writer Wu, published by Reader Ren" in page
        assert url("review", revision.pk) in page

    @pytest.mark.parametrize(
        "asked", ["the-new-one", "https://portal.example/en/policies/the-new-one/", "the new one", "新的", "NEW-1"]
    )
    def test_replaced_by_what_was_named(self, as_user: Any, asked: str) -> None:
        old = make.published().policy
        new = PolicyFactory(slug="the-new-one", title_en="The new one", title_zh_hans="新的", document_number="NEW-1")
        PolicyFactory(slug="other", title_en="The new one, second", title_zh_hans="新的之二")
        data = {"repealed_on": local_day().isoformat(), "replaced_by": asked}
        response = as_user(make.reviewer()).post(url("validity", old.slug), data, follow=True)
        assert Policy.objects.get(pk=old.pk).replaced_by == new
        assert "The new one" in words(response)

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"repealed_on": "", "replaced_by": ""}, "required"),
            ({"repealed_on": "soon", "replaced_by": ""}, "valid date"),
            ({"repealed_on": "2999-01-01", "replaced_by": ""}, "more than ten years ahead"),
            ({"replaced_by": "no such policy"}, "No published policy is called that"),
            ({"replaced_by": "Twin"}, "Several policies fit"),
            ({"replaced_by": "fictional-subsidy"}, "No published policy is called that"),
            ({"replaced_by": "x" * 5_000}, "at most 300 characters"),
            ({"replaced_by": SCRIPT}, "No published policy is called that"),
        ],
    )
    def test_bad_input(self, as_user: Any, data: dict[str, str], told: str) -> None:
        policy = make.published().policy
        PolicyFactory(title_en="Twin one")
        PolicyFactory(title_en="Twin two")
        day = {"repealed_on": local_day().isoformat()}
        response = as_user(make.reviewer()).post(url("validity", policy.slug), day | data)
        assert told in words(response)
        assert SCRIPT not in response.content.decode()
        assert Policy.objects.get(pk=policy.pk).repealed_on is None

    def test_repealed_and_undone(self, as_user: Any) -> None:
        policy = make.published().policy
        client = as_user(make.reviewer())
        client.post(url("validity", policy.slug), {"repealed_on": local_day().isoformat(), "replaced_by": ""})
        assert "Repealed" in words(client.get(url("validity", policy.slug)))
        client.post(url("reinstate", policy.slug))
        assert Policy.objects.get().repealed_on is None

    def test_editors_see_why_they_may_not(self, as_user: Any) -> None:
        policy = make.published().policy
        client = as_user(make.editor())
        assert "Only policy reviewers mark a policy" in words(client.get(url("validity", policy.slug)))
        client.post(url("validity", policy.slug), {"repealed_on": local_day().isoformat()})
        client.post(url("reinstate", policy.slug))
        assert Policy.objects.get().repealed_on is None

    @pytest.mark.parametrize("name", ["validity", "new-version", "reinstate"])
    def test_unpublished_and_unknown_policies(self, as_user: Any, name: str) -> None:
        client = as_user(UserFactory(roles=["editor", "reviewer"]))
        assert client.post(url(name, make.draft().policy.slug)).status_code == 404
        assert client.post(url(name, "no-such-policy")).status_code == 404
