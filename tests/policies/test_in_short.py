"""A policy on one page: from its own facts alone, cut at the end of a sentence, or in officials' plainer words."""

from datetime import date, timedelta
from html import unescape
from time import process_time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.interpretation.in_short import MOST_DOCUMENTS, MOST_LINES, Box, Line, in_short_of, shortened
from policies.interpretation.showing import summary_of
from policies.models import Interpretation, Policy
from policies.presenting import Text
from portal.core.calendar import local_day
from tests.factories import interpretations as make
from tests.factories.accounts import DepartmentFactory
from tests.factories.policies import PolicyFactory


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("一句。", 10, "一句。"),
        ("  一句。 ", 10, "一句。"),
        ("第一句。第二句很长很长。", 6, "第一句。"),
        ("“第一句。”第二句很长很长。", 8, "“第一句。”"),
        ("First one. Second one is long.", 15, "First one."),
        ("Up to 3.5% of rent. And more of it.", 22, "Up to 3.5% of rent."),
        ("Up to 3.5% of the rent paid.", 12, "Up to 3.5%…"),
        ("没有句号的一长串文字，后面还有很多", 13, "没有句号的一长串文字…"),
        ("没有任何标点的一长串文字后面还有很多", 8, "没有任何标点的一…"),
        ("one\ntwo\nthree is long", 9, "one\ntwo"),
    ],
)
def test_whole_sentences_that_fit(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == (short, short != text.strip())


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab 政。.!，,\n3", max_size=60), st.integers(4, 30))
def test_nothing_is_invented_and_nothing_longer_comes_out(text: str, most: int) -> None:
    short, cut = shortened(text, most)
    assert text.strip().startswith(short.removesuffix("…"))
    assert len(short) <= most + 1
    assert cut is (short != text.strip())


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("", 10, ""),
        (" \n ", 10, ""),
        ("a", 1, "a"),
        ("ab", 1, "a…"),
        ("政策", 1, "政…"),
        ("What? Yes! And so on.", 11, "What? Yes!"),
        ("Wait... and more of it.", 8, "Wait..."),
        ("... then more of it", 9, "... then…"),
        ("No. 5 of 2026 is long", 14, "No."),
        ("一！二？三；四。五五五", 6, "一！二？三；"),
        ("“一。”（二。）三三三", 4, "“一。”"),
        ("他说：“好！”然后走了", 7, "他说：“好！”"),
        ("一。\n\n二。\n三三三三", 7, "一。\n\n二。"),
        ("one.two.three.four", 9, "one.two.t…"),
        ("，，，，，，", 3, "…"),
        ("word " * 20, 12, "word word…"),
        ("First.  Second sentence", 8, "First."),
        ("😀😀😀", 2, "😀😀…"),
    ],
)
def test_shortened_where_it_is_odd(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == (short, short != text.strip())


@pytest.mark.parametrize(
    "text", ["!" * 20_000 + "x", "." * 20_000, "a." * 10_000, "。" * 20_000, " " * 20_000 + "x", "\n" * 9]
)
def test_long_and_odd_texts_are_quickly_shortened(text: str) -> None:
    before = process_time()
    short, _cut = shortened(f"x{text}x", 130)
    assert len(short) <= 131
    assert process_time() - before < 0.5


class TestBox:
    @pytest.mark.parametrize(
        ("given_lines", "kept", "others"),
        [
            ([], [], 0),
            (["", "  ", "\n"], [], 0),
            ([" a ", "b"], ["a", "b"], 0),
            ([str(n) for n in range(MOST_LINES)], [str(n) for n in range(MOST_LINES)], 0),
            ([str(n) for n in range(MOST_LINES + 3)], [str(n) for n in range(MOST_LINES)], 3),
        ],
    )
    def test_as_many_lines_as_fit(self, given_lines: list[str], kept: list[str], others: int) -> None:
        box = Box("what", "What")
        assert box.add_list(given_lines) == others
        assert ([line.text for line in box.lines], box.shortened) == (kept, bool(others))

    @pytest.mark.parametrize(
        ("text", "lang", "lines", "cut"),
        [
            ("one\n\n two ", "", ["one", "two"], False),
            ("\n".join("abcdefghij"), "", list("abcdef"), True),  # short, but more lines than fit
            ("长" * 140, "zh-hans", ["长" * 130 + "…"], True),  # by the width of its own language
            ("x" * 140, "", ["x" * 140], False),
            ("", "", [], False),
        ],
    )
    def test_a_text_in_lines(self, text: str, lang: str, lines: list[str], cut: bool) -> None:
        box = Box("what", "What")
        box.add_text(Text(text, lang))
        assert ([line.text for line in box.lines], box.shortened) == (lines, cut)
        assert {line.lang for line in box.lines} <= {lang}

    def test_what_is_left_out_stays_said(self) -> None:
        box = Box("what", "What", shortened=True)
        box.add_text(Text("All of it."))
        box.add("", strong=True)
        assert box.shortened
        assert box.lines == [Line("All of it.")]


UNSAVED = {"slug": "p", "level": "district", "category": "finance", "support_type": "subsidy"}
FIXED = {"kind": "fixed", "amount": 1_000, "base": "other"}
DAY = date(2026, 6, 15)


def filled(name: str, language: str = "en", **fields: Any) -> Box:
    """One box of a policy that need not be stored."""
    with translation.override(language):
        return next(box for box in in_short_of(Policy(**{**UNSAVED, **fields}), None, DAY) if box.name == name)


@pytest.mark.parametrize(
    ("fields", "english", "chinese"),
    [
        ({}, "No application window is stated.", "政策未写明申报时间。"),
        ({"window_closes": DAY}, "Last day to apply: today, 15 June 2026", "2026年6月15日"),
        ({"window_closes": date(2026, 6, 16)}, "Apply by 16 June 2026 (1 day left)", "2026年6月16日"),
        ({"window_closes": date(2026, 6, 14)}, "Applications closed on 14 June 2026", "2026年6月14日"),
        ({"window_opens": date(2026, 7, 1)}, "Applications open on 1 July 2026", "2026年7月1日"),
        ({"window_opens": DAY}, "Applications open since 15 June 2026", "2026年6月15日"),
        ({"window_closes": date(2026, 7, 1), "repealed_on": DAY}, "No longer open for applications", "不再受理"),
    ],
)
def test_by_when_in_every_state_of_the_window(fields: dict[str, Any], english: str, chinese: str) -> None:
    first = filled("by_when", **fields).lines[0]
    assert first.text == english
    assert first.strong is bool(fields)
    assert chinese in filled("by_when", "zh-hans", **fields).lines[0].text


@pytest.mark.parametrize(
    ("days", "said"), [(None, False), (400, True), (5, False)], ids=["no end", "far away", "soon: the validity says it"]
)
def test_the_end_is_said_once(days: int | None, said: bool) -> None:
    ends = None if days is None else DAY + timedelta(days=days)
    found = [line.text for line in filled("by_when", effective_to=ends).lines]
    assert any(text.startswith("In force until") for text in found) is said


@pytest.mark.parametrize(
    ("fields", "told", "cut"),
    [
        ({"max_amount_cny": 5_000}, ["Up to CNY 5,000"], False),
        ({"terms": [FIXED]}, ["CNY 1,000"], False),
        ({"terms": [FIXED] * 6, "benefit_en": "More."}, ["CNY 1,000"] * 6, True),  # and says that there is more
        ({"terms": [FIXED] * 6}, ["CNY 1,000"] * 6, False),
        ({"terms": [FIXED] * 7}, ["CNY 1,000"] * 6, True),
        ({"benefit_en": "A tenth."}, ["A tenth."], False),
        ({"repeat_limit": "once"}, ["How often: once only"], False),
        ({}, ["The policy does not say."], False),
    ],
)
def test_how_much_from_each_of_its_facts(fields: dict[str, Any], told: list[str], cut: bool) -> None:
    box = filled("how_much", **fields)
    assert ([line.text for line in box.lines], box.shortened) == (told, cut)


@pytest.mark.parametrize(
    ("names", "line", "cut"),
    [
        (1, "Documents: P0", False),
        (MOST_DOCUMENTS, "Documents: P0; P1; P2; P3; P4", False),
        (MOST_DOCUMENTS + 1, "Documents: P0; P1; P2; P3; P4 … and 1 more", True),
    ],
)
def test_documents_in_one_line(names: int, line: str, cut: bool) -> None:
    box = filled("how", materials_en="\n \n".join(f"P{n}" for n in range(names)))
    assert (box.lines[-1].text, box.shortened) == (line, cut)


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Small shops", True), ("", False), (" \n ", False), (None, False), (0, False)],
)
def test_plainer_words_only_where_there_are_any(written: Any, plain: bool) -> None:
    summary = Interpretation(kind="summary", content={"who_en": written, "who_zh_hans": "小店"})
    box = next(each for each in in_short_of(Policy(**UNSAVED), summary, DAY) if each.name == "who")
    assert box.plain is plain
    assert box.lines
    assert (box.lines[0].text == "Small shops") is plain


def boxes(policy: Policy, language: str = "en") -> dict[str, Box]:
    with translation.override(language):
        return {box.name: box for box in in_short_of(policy, summary_of(policy), local_day())}


def lines(box: Box) -> list[str]:
    return [line.text for line in box.lines]


@pytest.mark.django_db
class TestBoxes:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_box_says_something_of_a_policy_that_says_little(self, language: str) -> None:
        bare = PolicyFactory(summary_zh_hans="", summary_en="", mode="")
        found = boxes(bare, language)
        assert list(found) == ["what", "who", "how_much", "by_when", "how"]
        silent = {"en": "The policy does not say.", "zh-hans": "政策未作说明。"}[language]
        assert [name for name, box in found.items() if lines(box) == [silent]] == ["how_much", "how"]
        assert all(line.strip() for box in found.values() for line in lines(box))

    def test_who_are_the_conditions_in_words(self) -> None:
        criteria = [{"field": "employees", "op": "gte", "value": n} for n in range(1, MOST_LINES + 3)]
        found = boxes(PolicyFactory(criteria=criteria))["who"]
        assert len(found.lines) == MOST_LINES + 1
        assert lines(found)[-1] == "and 2 more conditions"
        assert found.shortened

    def test_how_much_has_the_amount_its_rules_and_the_text(self) -> None:
        rule = {"kind": "ratio", "percent": 20, "base": "rent", "cap": 2_000_000}
        policy = PolicyFactory(
            max_amount_cny=2_000_000,
            terms=[rule],
            repeat_limit="yearly",
            benefit_en="A fifth of the rent.",
            benefit_zh_hans="房租的五分之一。",
        )
        english, chinese = (lines(boxes(policy, language)["how_much"]) for language in ("en", "zh-hans"))
        assert english[0] == "Up to CNY 2,000,000"
        assert "20%" in english[1]
        assert english[2:] == ["A fifth of the rent.", "How often: once a year"]
        assert chinese[0] == "最高200万元"
        assert chinese[2] == "房租的五分之一。"

    def test_by_when_is_the_window_and_the_end(self) -> None:
        day = local_day() + timedelta(days=400)
        found = boxes(PolicyFactory(window_closes=local_day() + timedelta(days=3), effective_to=day))["by_when"]
        assert lines(found)[0].startswith("Apply by ")
        assert found.lines[0].strong
        assert lines(found)[-1].startswith("In force until ")
        assert lines(boxes(PolicyFactory())["by_when"])[0] == "No application window is stated."

    def test_how_names_mode_documents_and_whom_to_ask(self) -> None:
        names = [f"Paper {n}" for n in range(MOST_DOCUMENTS + 2)]
        policy = PolicyFactory(
            mode="no_application",
            how_to_apply_en="Nothing to be done.",
            materials_en="\n".join(names),
            department=DepartmentFactory(name_en="Fictional Bureau", phone="021-0000"),
            contact_en="Window 3",
        )
        found = boxes(policy)["how"]
        assert lines(found) == [
            "Enjoyed without application",
            "Nothing to be done.",
            "Documents: Paper 0; Paper 1; Paper 2; Paper 3; Paper 4 … and 2 more",
            "Accepting department: Fictional Bureau · 021-0000",
            "Window 3",
        ]
        assert found.shortened

    def test_a_text_in_the_other_language_says_so(self) -> None:
        policy = PolicyFactory(how_to_apply_zh_hans="线上办理。", materials_zh_hans="申请表\n执照")
        found = boxes(policy)["how"]
        assert [(line.text, line.lang) for line in found.lines] == [
            ("线上办理。", "zh-hans"),
            ("申报材料：申请表；执照", "zh-hans"),
        ]

    def test_plainer_words_take_the_place_of_their_box_only(self, settings: Any, tmp_path: Any) -> None:
        policy = PolicyFactory(criteria=[{"field": "employees", "op": "gte", "value": 10}], max_amount_cny=8000)
        make.draft("summary", policy=policy, who_en="Nobody reviewed this", who_zh_hans="未审")
        assert "Nobody reviewed this" not in lines(boxes(policy)["who"])
        make.published("summary", policy=policy, who_en="Small shops\n\nand bakeries", who_zh_hans="小店")
        found = boxes(policy)
        assert (lines(found["who"]), found["who"].plain) == (["Small shops", "and bakeries"], True)
        assert lines(found["how_much"]) == ["Up to CNY 8,000"]
        assert lines(boxes(policy, "zh-hans")["who"]) == ["小店"]


@pytest.mark.django_db
class TestPage:
    def page(self, client: Client, policy: Policy, language: str = "en") -> str:
        with translation.override(language):
            return unescape(client.get(reverse("policies:in-short", args=[policy.slug])).content.decode())

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_with_short_link_and_qr_code(self, client: Client, language: str) -> None:
        policy = PolicyFactory(translated=["title_en"])
        html = self.page(client, policy, language)
        assert reverse("open:short", args=[policy.pk]) in html
        assert f'src="{reverse("open:qr-code", args=[policy.pk])}"' in html
        assert html.count("<h1") == 1
        assert ("the Chinese text prevails" in html) is (language == "en")

    def test_says_what_no_longer_holds(self, client: Client) -> None:
        policy = PolicyFactory(repealed_on=local_day(), version=1)
        make.published("summary", policy=policy, who_en="Small shops")
        Policy.objects.filter(pk=policy.pk).update(version=2)
        html = self.page(client, policy)
        assert "notice-bad" in html or "notice-warn" in html
        assert "refers to version 1; the policy was changed on" in html

    def test_hostile_texts_stay_texts(self, client: Client) -> None:
        policy = PolicyFactory(summary_en="<script>alert(1)</script>", title_en="A <b>bold</b> title")
        html = client.get(reverse("policies:in-short", args=[policy.slug])).content.decode()
        assert "<script>alert" not in html
        assert "<b>bold" not in html

    def test_of_published_policies_only(self, client: Client) -> None:
        Policy.objects.create(slug="draft", category="finance", support_type="subsidy")
        assert client.get(reverse("policies:in-short", args=["draft"])).status_code == 404
