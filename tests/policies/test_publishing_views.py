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
from policies.models import Revision
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import MembershipFactory, TitleFactory
from tests.factories.policies import PolicyFactory

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
