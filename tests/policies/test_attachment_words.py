"""Words inside files as people search for them: numbers, dates, tables; names and places that odd names lead to."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from policies.attachments import keeping
from policies.attachments.extraction import MOST_CHARACTERS, Unreadable, text_in
from policies.attachments.rows import _is_key
from policies.attachments.showing import size_words
from policies.attachments.texts import language_of
from policies.models import Attachment, Policy
from policies.search.index import WEIGHTS, asked, query_of, ranked, refresh_search, searched
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import WORD, attachment, docx, pdf, upload, xlsx
from tests.factories.policies import PolicyFactory


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (1_234_567.5, "1234567.5"),
        (2_000_000.25, "2000000.25"),
        (310109, "310109"),
        (0.1, "0.1"),
        (3.0, "3"),
        (True, "True"),
        ("000123", "000123"),
        (date(2026, 3, 1), "2026-03-01 00:00:00"),
        (datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00"),
        ("two\nlines  wide", "two lines wide"),
        ("=1+1", ""),  # a formula that nobody has worked out
    ],
)
def test_cells_are_found_as_they_are_read(cell: Any, words: str) -> None:
    assert text_in(io.BytesIO(xlsx((cell,))), "xlsx") == f"Sheet\n{words}".strip()


def document(body: str) -> bytes:
    return docx(xml=f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<w:p><w:r><w:t>one </w:t></w:r><w:r><w:t>word</w:t></w:r></w:p>", "one word"),
        ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a b c"),
        ("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", "cell"),
        ("<w:p><w:r><w:delText>gone</w:delText></w:r><w:r><w:t>kept</w:t></w:r></w:p>", "kept"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>", ""),
        ("<w:p/><w:p/>", ""),
        ("<w:p><w:r><w:t>&lt;b&gt; &amp;</w:t></w:r></w:p>", "<b> &"),
        ("<p><t>of another namespace</t></p>", ""),
    ],
)
def test_paragraphs_tables_and_what_was_taken_out(body: str, words: str) -> None:
    assert text_in(io.BytesIO(document(body)), "docx") == words


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 500, b"PK\x03\x04", b"%PDF-", b"%PDF-1.7\n%%EOF"])
def test_whatever_is_no_such_file_is_unreadable(content: bytes, kind: str) -> None:
    with pytest.raises(Unreadable):
        text_in(io.BytesIO(content), kind)


def test_a_text_ends_at_the_bound_and_holds_nothing_unstorable() -> None:
    assert len(text_in(io.BytesIO(docx("字" * (MOST_CHARACTERS + 5))), "docx")) == MOST_CHARACTERS
    assert text_in(io.BytesIO(docx("a" * MOST_CHARACTERS, "b")), "docx")[-1] == "a"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("Grant", "en"),
        ("Grant 补贴", "zh-hans"),
        ("㐀", "zh-hans"),
        ("かな", "en"),
        ("x" * 2_000 + "补", "en"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "1 KB"),
        (1_023, "1 KB"),
        (102_400, "100 KB"),
        (1_000_000, "1 MB"),
        (1_572_864, "1.5 MB"),
        (10_485_760, "10 MB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("key", "sound"),
    [
        ("00000000-0000-4000-8000-000000000000", True),
        ("00000000-0000-4000-8000-00000000000", False),
        ("00000000-0000-4000-8000-0000000000000", False),
        ("00000000-0000-4000-8000-00000000000G", False),
        ("0000000000004000800000000000000000-0", False),
        ("٠0000000-0000-4000-8000-000000000000", False),
    ],
)
def test_keys(key: str, sound: bool) -> None:
    assert _is_key(key) == sound


@pytest.mark.django_db
class TestNames:
    @pytest.mark.parametrize(
        ("name", "english", "chinese"),
        [
            ("Form.pdf", "Form", ""),
            ("申报表.pdf", "", "申报表"),
            ("Form 申报表.pdf", "", "Form 申报表"),
            ("../../etc/Form.pdf", "Form", ""),
            ("C:\\desk\\Form v1.2.pdf", "Form v1.2", ""),
            ("a\u202efdp.pdf", "afdp", ""),
            ("<b>.PDF", "_b_", ""),
            ("x" * 400 + ".pdf", "x" * 116, ""),
        ],
    )
    def test_of_files_become_names_of_attachments(self, name: str, english: str, chinese: str) -> None:
        file = upload("x", pdf("a"))
        file.__dict__["_name"] = name  # past what a browser's upload tidies
        keys, problems = keeping.take([file], by=make.editor())
        made = Attachment.objects.get()
        assert ([str(made.key)], []) == (keys, problems)
        assert (made.name_en, made.name_zh_hans) == (english, chinese)
        assert name not in str(made.file.name)
        assert str(made.file.name).startswith("policies/")

    def test_the_same_file_under_another_name_is_another_row(self) -> None:
        keys, _problems = keeping.take([upload(f"{n}.pdf", pdf("same")) for n in "aab"], by=make.editor())
        assert (len(keys), len(set(keys)), Attachment.objects.count()) == (3, 2, 2)

    @pytest.mark.parametrize("role", ["editor", "translator", "reviewer", "admin", "steward", ""])
    def test_a_file_that_no_text_names_yet_is_for_the_desk_alone(self, role: str, as_user: Any) -> None:
        made = attachment("Form", "")
        client = as_user(UserFactory(roles=[role] if role else []))
        expected = 404 if role in ("steward", "") else 200
        assert client.get(reverse("policies:attachment", args=[made.key])).status_code == expected
        assert client.head(reverse("policies:attachment", args=[made.key])).status_code == expected
        assert client.post(reverse("policies:attachment", args=[made.key])).status_code == 405

    def test_a_download_is_called_by_the_pages_language_and_is_never_a_page(self) -> None:
        made = attachment("Form; x=1", "申报表")
        PolicyFactory(attachments=[str(made.key)])
        for language, name in (("en", '"Form; x=1.pdf"'), ("zh-hans", "%E7%94%B3%E6%8A%A5%E8%A1%A8.pdf")):
            answer = Client().get(f"/{language}/policies/attachments/{made.key}/")
            assert answer["Content-Disposition"].startswith("attachment; ")
            assert name in answer["Content-Disposition"]


@pytest.mark.django_db
class TestIndex:
    @pytest.mark.parametrize("words", ["", " ", "？！", "()&|!:*", "'", "\\"])
    def test_nothing_to_search_for_finds_nothing(self, words: str) -> None:
        PolicyFactory()
        assert asked(words) is None
        assert not searched(Policy.objects.all(), asked(words)).exists()
        assert not ranked(Policy.objects.all(), asked(words)).exists()
        assert query_of("") is None

    def test_each_text_of_a_policy_is_found_by_its_words_in_its_order(self) -> None:
        fields = [field for fields in WEIGHTS.values() for field in fields]
        for field in fields:
            PolicyFactory(slug=field.replace("_", "-"), **{"title_en": "Aid", f"{field}_en": "Harbour"})
        PolicyFactory(slug="number", document_number="harbour〔2031〕5号")
        for policy in Policy.objects.all():
            refresh_search(policy)
        found = [policy.slug for policy in ranked(Policy.objects.all(), asked("harbour"))]
        assert set(found) == {*(field.replace("_", "-") for field in fields), "number"}
        assert {*found[:2]} == {"title", "number"}
        assert {*found[-2:]} == {field.replace("_", "-") for field in WEIGHTS["D"]}
