"""What the form says of attachments; rows held, renamed and audited; which texts about a policy are found."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from policies import workflow
from policies.attachments import keeping
from policies.attachments.finding import found_in
from policies.attachments.names import lack_names, rows_of
from policies.attachments.rows import SHOWN, AttachmentRows, brought_together
from policies.attachments.showing import size_words
from policies.models import Attachment, AttachmentEvent, Policy, TextState
from policies.search.index import extra_texts, search_vector_for
from portal.core import bilingual
from portal.core.access import Refused
from portal.demo.attachments_story import docx as demo_docx
from portal.home.audit import trail
from tests.factories import publishing as make
from tests.factories.attachments import attachment, pdf, upload
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def rows(known: list[str], *fields: tuple[str, str], texts_only: bool = False, files: Any = ()) -> AttachmentRows:
    data = QueryDict(mutable=True)
    for name, value in ((SHOWN, "1"), *fields):
        data.appendlist(name, value)
    return AttachmentRows.sent({"attachments": known}, data, list(files), by=make.editor(), texts_only=texts_only)


class TestRows:
    def test_the_order_is_that_of_the_form_and_each_counts_once(self) -> None:
        one, two = (str(attachment().key) for _n in range(2))
        assert rows([one], ("attachment", two), ("attachment", one), ("attachment", two)).keys == [two, one]
        assert rows([one]).keys == []
        assert AttachmentRows({}).keys == []
        assert AttachmentRows({"attachments": [one]}).shown()[0].key == one

    @pytest.mark.parametrize("key", ["", "x" * 36, "-" * 36, "00000000-0000-4000-8000-00000000000g", "\ud83d", "\x00"])
    def test_keys_that_are_none_are_passed_over(self, key: str) -> None:
        known = str(attachment().key)
        made = rows([known], ("attachment", key), ("attachment", known))
        assert (made.keys, made.problems) == ([known], [])

    def test_more_than_a_policy_has(self) -> None:
        Attachment.objects.bulk_create(
            Attachment(kind="pdf", sha256=f"{n:064d}", size=1, name_en=str(n)) for n in range(keeping.MOST + 1)
        )
        keys = [str(key) for key in Attachment.objects.values_list("key", flat=True)]
        made = rows([], *(("attachment", key) for key in keys))
        assert not made.sound
        assert made.problems == ["A policy has at most 20 attachments."]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [("  A   form ", "A form"), ("A\nform\t", "A form"), ("A\x00form", "Aform"), ("x" * 150, "x" * 150)],
    )
    def test_names_are_tidied(self, typed: str, kept: str) -> None:
        key = str(attachment("Old", "旧").key)
        made = rows([key], ("attachment", key), (f"name_en-{key}", typed))
        assert [(each.name_en, each.name_zh_hans) for each in rows_of(made.keys)] == [(kept, "旧")]

    def test_a_new_file_stands_last_and_one_that_is_there_once(self) -> None:
        known = attachment()
        made = rows([], ("attachment", str(known.key)), files=[upload("b.pdf", pdf("b")), upload("b.pdf", pdf("b"))])
        assert made.keys == [str(known.key), str(Attachment.objects.exclude(pk=known.pk).get().key)]
        alone = rows([], files=[upload("c.pdf", pdf("c"))], texts_only=True)
        assert alone.keys == []

    @pytest.mark.parametrize(
        ("base", "mine", "theirs", "together"),
        [
            ("ab", "ab", "ab", "ab"),
            ("ab", "a", "ab", "a"),
            ("ab", "ab", "b", "b"),
            ("", "a", "b", "ab"),
            ("a", "", "ab", "b"),
        ],
    )
    def test_two_lists_come_together(self, base: str, mine: str, theirs: str, together: str) -> None:
        assert brought_together(base, mine, theirs) == list(together)


class TestKeeping:
    def test_what_is_held_must_be_there_once_each(self) -> None:
        key = str(attachment().key)
        with transaction.atomic():
            keeping.hold([])
            keeping.hold([key])
            for keys in ([key, key], [key, "00000000-0000-4000-8000-000000000000"], ["x"], [None], [{}]):
                with pytest.raises(Refused, match="no longer there"):
                    keeping.hold(keys)  # type: ignore[arg-type]

    def test_a_name_given_twice_and_while_the_text_is_read(self) -> None:
        made, by = attachment("Form", "", text_state=TextState.READING), make.editor()
        first = keeping.renamed(made, name_zh_hans="表", name_en="Form", by=by)
        assert first == keeping.renamed(made, name_zh_hans="表", name_en="Form", by=by)
        assert first.text_state == TextState.WAITING  # read for itself: whoever reads writes into the other row
        assert keeping.renamed(made, name_zh_hans="", name_en="Form", by=by) == made
        assert Attachment.objects.count() == 2

    def test_the_same_files_whatever_their_names(self) -> None:
        one, two = attachment("Form", ""), attachment()
        other = keeping.renamed(one, name_zh_hans="表", name_en="Form", by=make.editor())
        a, b, c = ({"attachments": [str(each.key)]} for each in (one, other, two))
        assert keeping.same_files(a, b)
        assert not keeping.same_files(a, c)
        assert keeping.same_files({}, {"attachments": []})
        assert not keeping.same_files(a, {})

    def test_a_scheduled_text_whose_file_is_gone_is_not_published(self) -> None:
        made = attachment()
        revision = make.in_review(attachments=[str(made.key)])
        made.delete()
        with pytest.raises(Refused, match="no longer there"):
            workflow.publish(revision, by=make.reviewer(), seen=revision.lock_version)

    def test_the_trail_says_what_came_and_went(self) -> None:
        made = attachment("Form", "申报表")
        made.delete()
        assert list(AttachmentEvent.objects.values_list("pgh_label", flat=True)) == ["insert", "delete"]
        entries = trail("attachments").entries
        assert [(entry.act, entry.name) for entry in entries] == [("deleted", "申报表"), ("created", "申报表")]

    def test_names_are_asked_for_only_where_there_are_attachments(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert not lack_names([])
            assert rows_of([]) == []
        assert lack_names([str(attachment("", "表").key)])


class TestFinding:
    @pytest.mark.parametrize(
        ("names", "text", "words", "where"),
        [
            (("Equipment", "设备"), "", "equipment", "name"),
            (("Equipment", "设备"), "", "设备", "other name"),
            (("Form", "表"), "grants for equipment", "equipment", "text"),
            (("Form", "表"), "grants", "equipment", "nowhere"),
        ],
    )
    def test_where_the_words_stand(self, names: tuple[str, str], text: str, words: str, where: str) -> None:
        policy = PolicyFactory(attachments=[str(attachment(*names, text=text).key)])
        found = found_in([policy], words).get(policy.pk)
        assert (found is None) == (where == "nowhere")
        if found:
            assert any(hit for _text, hit in found.name) == (where != "text")
            assert bool(found.text) == (where == "text")
            assert found.name_lang == ("zh-hans" if where == "other name" else "")

    def test_the_first_that_holds_them(self, django_assert_num_queries: Any) -> None:
        keys = [str(attachment(name, "", text).key) for name, text in (("A", "none"), ("B", "rooms"), ("C", "rooms"))]
        policies = [PolicyFactory(attachments=keys), PolicyFactory()]
        with django_assert_num_queries(1):
            found = found_in(policies, "rooms")
        assert [found[policies[0].pk].name, len(found)] == [[("B", False)], 1]

    def test_a_policy_not_saved_yet_has_nothing_about_it(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            search_vector_for(Policy(title_en="New"))

    def test_weights_of_what_is_said_about_a_policy(self) -> None:
        policy = PolicyFactory(attachments=[str(attachment("Annex", "附件", "rooms").key)])
        assert extra_texts([policy.pk, 0])[policy.pk]["D"].split() == ["附件", "Annex", "rooms"]
        assert extra_texts([]) == {}


@pytest.mark.parametrize(("size", "words"), [(1, "1 KB"), (2_048, "2 KB"), (999_999, "976 KB"), (20 * 2**20, "20 MB")])
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_the_demos_checklist_is_a_word_file() -> None:
    keys, problems = keeping.take([SimpleUploadedFile("清单.docx", demo_docx(["一", "<b>&"]))], by=make.editor())
    assert problems == []
    assert rows_of(keys)[0].kind == "docx"


def test_names_fall_back_to_the_other_language_and_say_so() -> None:
    half = attachment("", "申报表")
    policy = PolicyFactory(attachments=[str(half.key)])
    assert (half.name, half.name_lang) == ("申报表", "zh-hans")
    with bilingual.speaking("zh-hans"):
        assert (str(half), half.name_lang) == ("申报表", "")
    page = Client().get(f"/en/policies/{policy.slug}/").content.decode()
    assert 'download lang="zh-hans">申报表</a>' in page
