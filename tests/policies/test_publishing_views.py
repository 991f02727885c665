"""The publishing desk, writing side by side, and the pages of what is published."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policies import workflow
from policies.eligibility.form_rows import as_sent
from policies.models import Policy, Revision
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import MembershipFactory, TitleFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
FORM = {
    **{key: value for key, value in make.CONTENT.items() if key != "criteria"},
    "level": "district",
    "mode": "",
    "lock_version": "0",
    "for_reference": "on",
    "save": "1",
}


def sent(*rows: dict[str, str], **fields: Any) -> dict[str, Any]:
    """What a browser posts: the form, and the rows of criteria."""
    return FORM | as_sent(rows, 1) | fields


def words(response: Any) -> str:
    return unescape(response.content.decode())


def url(name: str, *args: Any) -> str:
    return reverse(f"publishing:{name}", args=args)


class TestAccess:
    @pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["leader"], ["auditor"]])
    def test_nobody_without_a_role_of_publishing(self, as_user: Any, roles: list[str]) -> None:
        client = as_user(UserFactory(roles=roles))
        draft, policy = make.draft(), make.published(title_en="Open").policy
        gets = [url("desk"), url("new"), url("edit", draft.pk), url("review", draft.pk), url("validity", policy.slug)]
        posts = [url(name, draft.pk) for name in ("send", "take-back", "discard", "edit", "review")]
        posts += [url(name, policy.slug) for name in ("new-version", "reinstate", "validity")]
        assert [client.get(each).status_code for each in gets] == [404] * len(gets)
        assert [client.post(each).status_code for each in posts] == [404] * len(posts)

    def test_an_enterprise_owner_is_not_told_that_it_exists(self, as_user: Any) -> None:
        client = as_user(MembershipFactory().user)
        assert client.get(url("desk")).status_code == 404
        assert client.get(url("edit", make.draft().pk)).status_code == 404

    def test_visitors_are_asked_to_sign_in(self, client: Client) -> None:
        response = client.get(url("desk"))
        assert response.status_code == 302
        assert "login" in response["Location"]

    @pytest.mark.parametrize(
        ("roles", "status"), [(["editor"], 200), (["translator"], 404), (["reviewer"], 404), (["admin"], 404)]
    )
    def test_beginning_a_policy(self, as_user: Any, roles: list[str], status: int) -> None:
        assert as_user(UserFactory(roles=roles)).get(url("new")).status_code == status

    def test_the_service_centre_reads_and_writes_nothing(self, as_user: Any, admin_user: Any) -> None:
        client, draft = as_user(admin_user), make.draft()
        assert client.get(url("desk")).status_code == 200
        assert client.get(url("review", draft.pk)).status_code == 200
        assert client.get(url("edit", draft.pk)).status_code == 302
        response = client.post(url("edit", draft.pk), sent(title_en="Changed"), follow=True)
        assert "Only policy editors and translators write here." in words(response)
        assert Revision.objects.get().content["title_en"] == "Fictional subsidy"

    @pytest.mark.parametrize("name", ["edit", "review"])
    def test_unknown_numbers(self, as_user: Any, name: str) -> None:
        client = as_user(make.editor())
        assert client.get(url(name, 999_999)).status_code == 404
        assert client.get(f"/en/publishing/{'9' * 30}/").status_code == 404

    @pytest.mark.parametrize("name", ["send", "take-back", "discard"])
    def test_acts_are_never_done_by_reading(self, as_user: Any, name: str) -> None:
        draft = make.draft()
        assert as_user(draft.author).get(url(name, draft.pk)).status_code == 405
        assert Revision.objects.get().state == "draft"


class TestDesk:
    @pytest.mark.parametrize(
        ("roles", "heading"),
        [
            (["editor"], "You have no drafts"),
            (["translator"], "No draft waits for a translation"),
            (["reviewer"], "Nothing waits for review"),
            (["admin"], "Nothing is published yet"),
            (["editor", "reviewer"], "You have no drafts"),
        ],
    )
    def test_each_role_begins_with_its_own_work(self, as_user: Any, roles: list[str], heading: str) -> None:
        response = as_user(UserFactory(roles=roles)).get(url("desk"))
        assert heading in words(response)
        assert (url("new") in words(response)) == ("editor" in roles)

    def test_my_drafts_and_those_of_others(self, as_user: Any) -> None:
        me = make.editor()
        make.draft(me, title_en="Mine")
        make.draft(title_en="Somebody's")
        client = as_user(me)
        mine, others = words(client.get(url("desk") + "?show=mine")), words(client.get(url("desk") + "?show=drafts"))
        assert "Mine" in mine
        assert "Somebody's" not in mine
        assert "Somebody's" in others
        assert "Mine" not in others

    def test_a_returned_one_shows_what_was_said(self, as_user: Any) -> None:
        me = make.editor()
        workflow.send_back(make.in_review(me), by=make.reviewer(name_en="Rita Ren"), text="The amount is wrong.")
        page = words(as_user(me).get(url("desk")))
        assert "Rita Ren: The amount is wrong." in page
        assert "Returned with comments" in page

    def test_the_list_for_translators(self, as_user: Any) -> None:
        editor = make.editor()
        make.draft(editor, title_en="Complete one")
        make.draft(editor, title_en="Half one", contact_zh_hans="电话")
        stale = make.draft(editor, title_en="Stale one")
        workflow.save_revision(stale, by=editor, content={"summary_zh_hans": "改。"}, seen=0)
        page = words(as_user(make.translator()).get(url("desk")))
        assert "Half one" in page
        assert "1 text in one language only" in page
        assert "Stale one" in page
        assert "1 translation out of date" in page
        assert "Complete one" not in page

    def test_what_waits_longest_is_reviewed_first(self, as_user: Any) -> None:
        reviewer = UserFactory(roles=["editor", "reviewer"])
        late, early = make.in_review(title_en="Late one"), make.in_review(reviewer, title_en="Early one")
        Revision.objects.filter(pk=early.pk).update(submitted_at=timezone.now() - timedelta(days=3))
        page = words(as_user(reviewer).get(url("desk") + "?show=review"))
        assert page.index("Early one") < page.index("Late one")
        assert page.count("Written by you: somebody else must publish it.") == 1
        assert late.state == "in_review"

    def test_published_ones_are_found_by_either_title_or_number(self, as_user: Any) -> None:
        PolicyFactory(title_zh_hans="租金补贴", title_en="Rent relief", document_number="虹府规〔2026〕1号")
        PolicyFactory(title_zh_hans="人才", title_en="Talent")
        client = as_user(make.editor())
        for asked in ("租金", "rent RELIEF", "〔2026〕1号"):
            page = words(client.get(url("desk"), {"show": "published", "q": asked}))
            assert "Rent relief" in page
            assert ">Talent<" not in page
        assert "No published policy fits" in words(client.get(url("desk"), {"show": "published", "q": "%"}))

    def test_only_those_with_gaps(self, as_user: Any) -> None:
        PolicyFactory(title_en="Complete one")
        PolicyFactory(title_en="Half one", materials_zh_hans="表")
        PolicyFactory(title_en="Null one", materials_zh_hans=None, materials_en="Form")
        PolicyFactory(title_en="Stale one", stale=["title_en"])
        page = words(as_user(make.translator()).get(url("desk"), {"show": "published", "gaps": "1"}))
        assert "Half one" in page
        assert "Null one" in page
        assert "Stale one" in page
        assert "Complete one" not in page

    def test_pages_follow_each_other_and_keep_the_question(self, as_user: Any) -> None:
        PolicyFactory.create_batch(31, title_en="Many of these")
        client = as_user(make.editor())
        first = client.get(url("desk"), {"show": "published", "q": "many"})
        assert len(first.context["rows"]) == 30
        cursor = first.context["page"].next_cursor
        second = client.get(url("desk"), {"show": "published", "q": "many", "cursor": cursor})
        assert len(second.context["rows"]) == 1
        assert "q=many" in words(first)

    @pytest.mark.parametrize(
        "query",
        ["?show=nonsense", "?show=published&cursor=%00x", "?cursor=zzz", "?show=published&q=%F0%9F%8E%89&gaps=7"],
    )
    def test_nonsense_in_the_address(self, as_user: Any, query: str) -> None:
        assert as_user(make.editor()).get(url("desk") + query).status_code in (200, 400)

    @pytest.mark.parametrize("tab", ["mine", "drafts", "texts", "review", "published"])
    def test_queries_do_not_grow_with_the_rows(self, as_user: Any, tab: str, django_assert_num_queries: Any) -> None:
        me, other = UserFactory(roles=["editor", "translator", "reviewer"]), make.editor()
        client = as_user(me)
        expected = {"mine": 5, "drafts": 5, "texts": 5, "review": 4, "published": 5}[tab]
        for total in (1, 3, 30):
            while Revision.objects.count() < total:
                self.one(tab, me if tab in ("mine", "texts") else other)
            with django_assert_num_queries(expected):
                response = client.get(url("desk"), {"show": tab})
            assert len(response.context["rows"]) == total

    def one(self, tab: str, by: Any) -> None:
        if tab == "published":
            Revision.objects.create(policy=PolicyFactory(), state="published", number=1, content={})
            return
        revision = make.draft(by, contact_zh_hans="", contact_en="")
        state = "in_review" if tab == "review" else "returned"
        Revision.objects.filter(pk=revision.pk).update(state=state, stale=["title_en"])


class TestNew:
    def test_a_title_in_one_language_is_enough_for_a_draft(self, as_user: Any) -> None:
        editor = make.editor()
        blank = dict.fromkeys(
            ("title_en", "issuer_en", "issuer_zh_hans", "summary_en", "summary_zh_hans", "category"), ""
        )
        response = as_user(editor).post(url("new"), sent(**blank))
        revision = Revision.objects.get()
        assert response["Location"] == url("edit", revision.pk)
        assert (revision.author, revision.state) == (editor, "draft")
        assert revision.content["title_zh_hans"] == "虚构补贴"
        assert revision.policy.published_at is None

    def test_everything_that_was_typed_is_kept(self, as_user: Any) -> None:
        department = DepartmentFactory()
        TitleFactory()
        rows = [
            {"field": "employees", "op": "gte", "value": "1,000", "clause_zh": "第三条", "clause_en": "Article 3"},
            {"field": "titles", "op": "eq", "value": "高新技术企业"},
            {"field": "", "op": "eq", "value": ""},
        ]
        facts = {
            "max_amount_cny": "20万",
            "effective_from": "2026-01-01",
            "effective_to": "2026-12-31",
            "department_id": department.pk,
            "source_url": "https://example.org/policy",
            "document_number": "虹府规〔2026〕1号",
            "slug": "chosen-name",
            "materials_en": "Form\r\nLicence",
            "contact_en": "Office\r\n021",
        }
        response = as_user(make.editor()).post(url("new"), sent(*rows, **facts))
        assert response.status_code == 302
        revision = Revision.objects.get()
        content = revision.content
        assert content["max_amount_cny"] == 200_000
        assert (content["effective_from"], content["effective_to"]) == ("2026-01-01", "2026-12-31")
        assert content["department_id"] == department.pk
        assert content["materials_en"] == "Form\nLicence"
        assert content["contact_en"] == "Office 021"
        assert content["criteria"] == [
            {"field": "employees", "op": "gte", "value": 1000, "clause_zh": "第三条", "clause_en": "Article 3"},
            {"field": "titles", "op": "contains", "value": "high_tech_enterprise"},
        ]
        assert set(content["translated"]) == {"title_en", "issuer_en", "summary_en", "materials_en", "contact_en"}
        assert revision.policy.slug == "chosen-name"

    @pytest.mark.parametrize("amount", ["200000", "200,000", "20万元", "２０万", "CNY 200,000", "¥200,000.00"])
    def test_amounts_as_people_write_them(self, as_user: Any, amount: str) -> None:
        as_user(make.editor()).post(url("new"), sent(max_amount_cny=amount))
        assert Revision.objects.get().content["max_amount_cny"] == 200_000

    @pytest.mark.parametrize(
        ("change", "field", "told"),
        [
            ({"title_en": "x" * 5_000}, "title_en", "at most 300 characters"),
            ({"summary_zh_hans": "长" * 20_001}, "summary_zh_hans", "at most 20000 characters"),
            ({"title_en": "", "title_zh_hans": " "}, "title_zh_hans", "at least one language"),
            ({"effective_from": "2026-05-02", "effective_to": "2026-05-01"}, "effective_to", "The end lies before"),
            ({"window_opens": "2026-05-02", "window_closes": "2026-05-01"}, "window_closes", "The end lies before"),
            ({"issued_on": "tomorrow"}, "issued_on", "valid date"),
            ({"max_amount_cny": "a lot"}, "max_amount_cny", "whole amount of yuan"),
            ({"max_amount_cny": "-5"}, "max_amount_cny", "whole amount of yuan"),
            ({"max_amount_cny": "9" * 25}, "max_amount_cny", "whole amount of yuan"),
            ({"max_amount_cny": "0.5"}, "max_amount_cny", "whole amount of yuan"),
            ({"source_url": "javascript:alert(1)"}, "source_url", "valid URL"),
            ({"level": "galactic"}, "level", "valid choice"),
            ({"department_id": "999999"}, "department_id", "valid choice"),
            ({"slug": "not a slug"}, "slug", "slug"),
            ({"slug": "draft-x"}, "slug", "cannot begin like this"),
            ({"slug": "taken"}, "slug", "already has this short name"),
        ],
    )
    def test_bad_input_is_told_beside_the_field_and_kept(
        self, as_user: Any, change: dict[str, str], field: str, told: str
    ) -> None:
        PolicyFactory(slug="taken")
        response = as_user(make.editor()).post(url("new"), sent(**change))
        assert response.status_code == 200
        assert told in str(response.context["form"].errors[field])
        assert response.context["form"][field].value() == change.get(field, "")
        assert not Revision.objects.exists()

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ({"field": "employees", "op": "gte", "value": "many"}, "must be a number"),
            ({"field": "employees", "op": "gte", "value": ""}, "Give the value"),
            ({"field": "", "op": "eq", "value": "10"}, "Say what the condition is about"),
            ({"field": "district", "op": "gte", "value": "310109"}, "cannot be used with this field"),
            ({"field": "park", "op": "eq", "value": SCRIPT}, "not a valid code"),
            ({"field": "password", "op": "eq", "value": "1"}, "valid choice"),
            ({"field": "listed", "op": "eq", "value": "perhaps"}, "must be yes or no"),
        ],
    )
    def test_bad_conditions_are_told_in_their_row(self, as_user: Any, row: dict[str, str], told: str) -> None:
        good = {"field": "employees", "op": "gte", "value": "10"}
        response = as_user(make.editor()).post(url("new"), sent(good, row))
        page = words(response)
        assert told in page
        assert SCRIPT not in response.content.decode()
        assert [bool(form.errors) for form in response.context["rows"]][:2] == [False, True]
        assert "At least 10 employees" in page, "sound rows show their sentence meanwhile"
        assert not Revision.objects.exists()

    def test_conditions_that_contradict_each_other(self, as_user: Any) -> None:
        rows = [{"field": "employees", "op": op, "value": value} for op, value in (("gte", "100"), ("lte", "10"))]
        assert "contradicts condition 1" in words(as_user(make.editor()).post(url("new"), sent(*rows)))

    @pytest.mark.parametrize("total", ["", "x", "-1", "999999999"])
    def test_forged_counts_of_rows(self, as_user: Any, total: str) -> None:
        data = sent() | {"criteria-TOTAL_FORMS": total}
        assert as_user(make.editor()).post(url("new"), data).status_code in (200, 302)

    @pytest.mark.parametrize("count", ["", "x", "-1", "9" * 5_000, "²"])
    def test_more_rows_whatever_number_of_rows_was_sent(self, as_user: Any, count: str) -> None:
        response = as_user(make.editor()).post(url("new"), sent(more="1") | {"criteria-TOTAL_FORMS": count})
        assert response.status_code == 200

    def test_more_rows_without_losing_a_word_or_being_told_off(self, as_user: Any) -> None:
        data = sent(
            {"field": "employees", "op": "gte", "value": "10"},
            title_zh_hans="",
            title_en="",
            more="1",
            summary_en="Kept",
        )
        del data["save"]
        response = as_user(make.editor()).post(url("new"), data)
        assert len(response.context["rows"].forms) == 5
        assert "Kept" in words(response)
        assert not response.context["form"].errors
        assert not Revision.objects.exists()

    @pytest.mark.parametrize("text", ["🎉 Party", "مرحبا بالعالم", "\u202eevil\u202c", "a\u200bb"])
    def test_any_script_is_kept_and_shown(self, as_user: Any, text: str) -> None:
        client = as_user(make.editor())
        client.post(url("new"), sent(title_en=text))
        assert Revision.objects.get().content["title_en"] == text
        assert text in words(client.get(url("desk")))

    def test_nul_characters_are_refused(self, as_user: Any) -> None:
        response = as_user(make.editor()).post(url("new"), sent(title_en="a\x00b"))
        assert response.status_code == 200
        assert "Null characters" in str(response.context["form"].errors["title_en"])

    def test_sending_at_once(self, as_user: Any) -> None:
        response = as_user(make.editor()).post(url("new"), sent(send="1"))
        assert response["Location"] == url("review", Revision.objects.get().pk)
        assert Revision.objects.get().state == "in_review"

    def test_sending_what_is_incomplete_keeps_the_draft_and_says_what_is_missing(self, as_user: Any) -> None:
        response = as_user(make.editor()).post(url("new"), sent(send="1", issuer_en=""), follow=True)
        assert "it was not sent. Still missing: Issuing authority (English)." in words(response)
        assert Revision.objects.get().state == "draft"


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
