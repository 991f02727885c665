"""The text inside files, within bounds; and what a worker makes of it."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils import timezone

from policies import tasks
from policies.attachments import extraction, reading
from policies.attachments.extraction import Unreadable, text_in
from policies.attachments.texts import MOST, texts_of
from policies.models import Attachment, Policy, TextState
from policies.search.index import asked, refresh_search, searched
from policies.search.queries import ordered, wanted_from
from portal.core.calendar import local_day
from portal.core.search import MAX_POSITIONS, tsvector_text
from tests.factories.attachments import attachment, docx, pdf, png, xlsx
from tests.factories.policies import PolicyFactory

WORDS = "Subsidies for cleanroom equipment"
BOMB = b"""<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w>&b;</w>"""


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def within(content: bytes, kind: str, **options: Any) -> str:
    return text_in(io.BytesIO(content), kind, **options)


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (pdf(WORDS, "second page"), "pdf", f"{WORDS}\nsecond page"),
        (pdf(""), "pdf", ""),  # a scan
        (docx(WORDS, "", "洁净室设备补贴"), "docx", f"{WORDS}\n洁净室设备补贴"),
        (xlsx(("Item", 2.5), (None, "洁净室")), "xlsx", "Sheet\nItem 2.5\n洁净室"),
        (png(), "png", ""),
    ],
)
def test_text_of_each_kind(content: bytes, kind: str, text: str) -> None:
    assert within(content, kind) == text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 and then nothing that is one %%EOF", "pdf"),
        (pdf(WORDS)[:200] + b"%%EOF", "pdf"),
        (docx(xml=b"<w:document>"), "docx"),
        (docx(xml=BOMB), "docx"),
        (xlsx(("a",))[:-40], "xlsx"),
        (docx("a"), "xlsx"),
        (b"", "pdf"),
    ],
)
def test_bad_files_are_unreadable_and_nothing_worse(content: bytes, kind: str) -> None:
    with pytest.raises(Unreadable):
        within(content, kind)


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MOST_PAGES", 2)
    assert within(pdf("one", "two", "three"), "pdf") == "one\ntwo"
    monkeypatch.setattr(extraction, "MOST_ROWS", 2)
    assert within(xlsx(("a",), ("b",), ("c",)), "xlsx") == "Sheet\na\nb"
    monkeypatch.setattr(extraction, "MOST_CHARACTERS", 10)
    assert within(docx("0123456789abc", "more"), "docx") == "0123456789"
    assert within(docx("first", "second"), "docx", seconds=-1) == "first"  # time is looked at after each piece
    monkeypatch.setattr(extraction, "MOST_PART", 10)
    with pytest.raises(Unreadable):
        within(docx("a long document"), "docx")


def waiting(content: bytes, kind: str = "pdf", **fields: Any) -> Attachment:
    made = attachment(kind=kind, file=ContentFile(content, "x"), text_state=TextState.WAITING, **fields)
    made.refresh_from_db()
    return made


def state(made: Attachment) -> str:
    return Attachment.objects.get(pk=made.pk).text_state


def find(words: str) -> list[str]:
    return list(searched(Policy.objects.published(), asked(words)).values_list("slug", flat=True))


@pytest.mark.django_db
class TestReading:
    def test_a_published_policy_is_found_by_it_from_then_on(self) -> None:
        made = waiting(pdf(WORDS))
        PolicyFactory(slug="with", attachments=[str(made.key)])
        PolicyFactory(slug="draft", attachments=[str(made.key)], published_at=None)
        assert find("cleanroom") == []
        assert tasks.read_attachment(made.pk) == "read"
        assert find("cleanroom equipment") == ["with"]
        assert tasks.read_attachment(made.pk) == ""  # twice does nothing more

    @pytest.mark.parametrize(
        ("content", "outcome"), [(pdf(""), TextState.NONE), (b"%PDF-1.4 damaged %%EOF", TextState.FAILED)]
    )
    def test_what_has_no_text_says_so_and_the_policy_stays(self, content: bytes, outcome: str) -> None:
        made = waiting(content)
        policy = PolicyFactory(title_en="Harbour aid", attachments=[str(made.key)])
        refresh_search(policy)
        reading.read(made.pk)
        assert state(made) == outcome
        assert find("harbour") == [policy.slug]

    def test_a_missing_file_and_a_worker_out_of_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        gone, slow = waiting(pdf("a")), waiting(pdf("b"))
        gone.file.storage.delete(gone.file.name)
        reading.read(gone.pk)

        def never_ends(file: Any) -> Any:
            raise SoftTimeLimitExceeded

        monkeypatch.setitem(extraction.READERS, "pdf", never_ends)
        reading.read(slow.pk)
        assert {state(gone), state(slow)} == {TextState.FAILED}

    def test_the_sweep_asks_again_and_gives_up_on_killed_workers(self) -> None:
        long_ago = timezone.now() - timedelta(minutes=11)
        lost, killed = waiting(pdf("a"), text_at=long_ago), waiting(pdf("b"), text_at=long_ago)
        fresh = waiting(pdf("c"))
        Attachment.objects.filter(pk=killed.pk).update(text_state=TextState.READING)
        assert reading.sweep() == 1
        assert [state(each) for each in (lost, killed, fresh)] == ["waiting", "failed", "waiting"]

    def test_a_reader_that_comes_back_late_changes_nothing(self) -> None:
        made = waiting(pdf("a"))
        Attachment.objects.filter(pk=made.pk).update(text_state=TextState.FAILED)
        reading.keep(made, "late", TextState.READ)
        assert Attachment.objects.get(pk=made.pk).text == ""


def test_words_of_texts_about_a_policy_count_once_and_after_its_own() -> None:
    once = {"D": "rent rent aid aid 奖励", "C": "aid"}
    assert tsvector_text({"A": "rent"}, once=once) == "'rent':1A 'aid':2C '奖':3D '奖励':4D '励':5D"
    many = "".join(chr(0x4E00 + n) for n in range(9_000))  # each a lexeme, and each pair
    assert tsvector_text({"A": "rent"}, once={"D": many}).count("D") == MAX_POSITIONS - 1


@pytest.mark.django_db
class TestSearch:
    def test_title_words_come_before_attachment_words(self) -> None:
        long = attachment(text="rent relief " * 2_000)
        PolicyFactory(slug="annexed", title_en="Harbour", attachments=[str(long.key)])
        PolicyFactory(slug="titled", title_en="Relief for small firms from high rent in the old town")
        PolicyFactory(slug="summed", title_en="Harbour", summary_en="Something about rent and something on relief.")
        for policy in Policy.objects.all():
            refresh_search(policy)
        for words in ("rent", "relief", "rent+relief"):
            found = [policy.slug for policy in ordered(wanted_from(QueryDict(f"q={words}")), local_day())]
            assert found == ["titled", "summed", "annexed"], words

    def test_texts_by_language_in_the_order_of_the_policy(self, django_assert_num_queries: Any) -> None:
        one, two = attachment("Guide", "指南", "How to apply"), attachment("Form", "", "洁净室" * 20_000)
        policy = PolicyFactory(attachments=[str(two.key), "gone", str(one.key)])
        Policy.objects.filter(pk=policy.pk).update(attachments=[str(two.key), str(one.key)])
        with django_assert_num_queries(2):
            texts = texts_of([policy.pk, PolicyFactory.build(pk=99).pk])
        assert texts[policy.pk]["en"] == ["Form", "Guide", "How to apply"]
        assert texts[policy.pk]["zh-hans"] == [("洁净室" * 20_000)[:MOST], "指南"]
        assert list(texts) == [policy.pk]
