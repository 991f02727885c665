"""Pasted drafts, cut into their articles."""

import pytest

from policies.consultation.splitting import Split, number_of, split

CHINESE = """虚构区办法（征求意见稿）

第一章　总则
第一条　为了虚构的目的，制定本办法。
第二条 本办法所称企业，依照第一条
第一条规定的范围确定。

　　第三条：申请期限为五日。
第二章 附则
第十条　自虚构之日起施行。"""
ENGLISH = """Fictional Measures (draft)
Chapter I General
Article 1. These measures serve a fictional purpose.
ARTICLE 2 – Enterprises are those of
Article 1 of these measures, and
article 3, where it applies.

Article III: The time limit is five days.
Section 10) In force from a fictional day."""


def test_chinese_is_cut_where_a_line_begins_with_an_article() -> None:
    found = split(CHINESE, "zh_hans")
    assert list(found.clauses) == [1, 2, 3, 10]
    assert found.clauses[2] == "本办法所称企业，依照第一条\n第一条规定的范围确定。"
    assert found.clauses[3] == "申请期限为五日。"
    assert found.left_out == ["虚构区办法（征求意见稿）\n\n第一章 总则", "第二章 附则"]
    assert found.gaps == [4, 5, 6, 7, 8, 9]
    assert found.usable


def test_english_too() -> None:
    found = split(ENGLISH.replace("\n", "\r\n"), "en")
    assert list(found.clauses) == [1, 2, 3, 10]
    assert found.clauses[2].endswith("article 3, where it applies.")
    assert found.clauses[1] == "These measures serve a fictional purpose."
    assert found.left_out == ["Fictional Measures (draft)\nChapter I General"]


def test_a_text_in_one_line() -> None:
    found = split("第一条 目的。第二条　范围，见第一条。第三条 期限。", "zh_hans")
    assert found.clauses == {1: "目的。", 2: "范围，见第一条。", 3: "期限。"}


@pytest.mark.parametrize(
    ("text", "language", "fault"),
    [
        ("第一条 一\n第一条 二", "zh_hans", "repeated"),
        ("Article 1 " + "x" * 5_001, "en", "too_long"),
        ("\n".join(f"Article {n} text" for n in range(1, 203)), "en", "too_many"),
    ],
)
def test_what_cannot_be_taken_over(text: str, language: str, fault: str) -> None:
    found = split(text, language)
    assert getattr(found, fault)
    assert not found.usable


@pytest.mark.parametrize("text", ["", "   \n\n", "No article at all.", "第条 空", "第零条 零", "Article 0 nothing"])
def test_text_without_an_article_gives_none(text: str) -> None:
    found = split(text, "zh_hans") if "条" in text else split(text, "en")
    assert (found.clauses, found.usable) == ({}, False)
    assert "".join(found.left_out) == text.strip()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *(("1", 1), ("012", 12), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("一百零五", 105)),
        *(("一百一十", 110), ("三百二十一", 321), ("一〇二", 102), ("两", 2), ("IV", 4), ("xxi", 21), ("XC", 90)),
        *(("0", 0), ("1000", 0), ("零", 0), ("abc", 0), ("", 0), ("十x", 0)),
    ],
)
def test_numbers(written: str, number: int) -> None:
    assert number_of(written) == number


def test_a_long_hostile_text_gives_nothing() -> None:
    for text in ("第一" * 50_000, " " * 100_000, "Article " * 12_000, "。" * 100_000, "\n" * 100_000):
        assert split(text, "zh_hans").clauses == split(text, "en").clauses == {}


# --- headings and what only looks like one ---------------------------------------------------------------------------


def cut(text: str) -> dict[int, str]:
    """As the language of the text asks for."""
    return split(text, "zh_hans" if "第" in text else "en").clauses


@pytest.mark.parametrize(
    "text",
    [
        "第七条 正文",
        "第七条　正文",
        "　　第七条　正文",
        "第7条正文",
        "第７条：正文",
        "第七条. 正文",
        "第七条\n正文",
        "前言\n\n第七条 正文\n\n",
        "第七条\t正文",
    ],
)
def test_each_way_to_head_an_article_in_chinese(text: str) -> None:
    assert cut(text) == {7: "正文"}


@pytest.mark.parametrize(
    "text",
    [
        "Article 7 Body",
        "ARTICLE 7. Body",
        "article 7: Body",
        "Art. 7 Body",
        "Clause 7 – Body",
        "Section 7) Body",
        "Article VII Body",
        "Article vii - Body",
        "  Article 007\n\nBody",
        "Foreword\nArticle\u00a07 — Body\n",
    ],
)
def test_each_way_to_head_an_article_in_english(text: str) -> None:
    assert cut(text) == {7: "Body"}


@pytest.mark.parametrize(
    "mention",
    [
        "第一条的企业",
        "第三条规定的期限",
        "第三条、第四条的企业",
        "第三条至第五条",
        "第三条和第四条",
        "第三条第二款",
        "第三条之一",
        "第三条所称的企业",
        "第三条中的期限",
        "第三条，以及其他规定",
        "见第三条 正文",
    ],
)
def test_a_line_that_goes_on_about_an_article_heads_none_in_chinese(mention: str) -> None:
    assert cut(f"第一条 依照\n{mention}办理") == {1: f"依照\n{mention}办理"}


@pytest.mark.parametrize(
    "mention",
    [
        "Article 3, where it applies",
        "Article 3 (2) of these measures",
        "Article 3 of these measures",
        "Article 3 and the next",
        "Article 3 or 4",
        "Articles 3 to 5",
        "Article 3 shall not apply",
        "Article 3 applies",
        "section 3 above",
        "Section 3.2 of the annex",
        "Article 3.2 Fees",
        "Clause 3a is new",
        "Section civil servants",
        "Article mix",
        "Article 1234 is none",
    ],
)
def test_a_line_that_goes_on_about_an_article_heads_none_in_english(mention: str) -> None:
    assert cut(f"Article 1 As in\n{mention}") == {1: f"As in\n{mention}"}


@pytest.mark.parametrize(
    "heading",
    [
        "第二章 附则",
        "第二章　附　则",
        "  第十二章",
        "第一节 一般规定",
        "第三编 其他",
        "Chapter II General Provisions",
        "CHAPTER 2",
        "Chapter 2: Grants, loans and the rest",
        "Part IV – Final provisions  ",
    ],
)
def test_headings_of_chapters_are_left_out(heading: str) -> None:
    article = "第二条 二" if "第" in heading else "Article 2 Two"
    found = split(f"{article.replace('二', '一').replace('2', '1')}\n{heading}\n{article}", _language(heading))
    assert found.left_out == [heading.strip().replace("　", " ")]
    assert [heading.strip() in text for text in found.clauses.values()] == [False, False]


@pytest.mark.parametrize(
    "line",
    [
        "第二章规定的程序适用于本条。",
        "第二章的规定",
        "第三节，以及附件",
        "第一章和第二章",
        "第二节内容如下；",
        "Part 2 of the fee is paid back.",
        "Part 1, paid at once",
        "Chapter 3 applies",
        "Part 2 is paid later.",
        "Chapter 2 and the annex",
    ],
)
def test_words_that_go_on_about_a_chapter_stay_in_their_article(line: str) -> None:
    """Nothing of an article is lost because its line breaks before the name of a chapter."""
    head = "第一条 依照" if "第" in line else "Article 1 As in"
    found = split(f"{head}\n{line}", _language(line))
    assert found.clauses[1].endswith(line)
    assert found.left_out == []


def _language(text: str) -> str:
    return "zh_hans" if "第" in text else "en"


# --- numbers --------------------------------------------------------------------------------------------------------

_HAN = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_HAN[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _HAN[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_HAN[ones] if ones else "")


def in_roman(number: int) -> str:
    text = ""
    for value, sign in ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV")):
        text += sign * (number // value)
        number %= value
    return text + "I" * number


def test_every_number_that_an_article_can_have() -> None:
    assert [n for n in range(1, 1000) if number_of(str(n)) != n] == []
    assert [n for n in range(1, 1000) if number_of(in_chinese(n)) != n] == []
    assert [n for n in range(1, 400) if number_of(in_roman(n)) != n] == []


@pytest.mark.parametrize(
    "text", ["IIV", "VX", "civil", "lil", "IIII", "vv", "cccc", "-1", "1.5", "½", "²", "１２", "¹"]
)
def test_what_is_no_number(text: str) -> None:
    assert number_of(text) == 0


# --- what is told about a text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        ([], []),
        ([1], []),
        ([1, 2, 3], []),
        ([3, 1], [2]),
        ([2], [1]),
        ([5, 2], [1, 3, 4]),
        ([999], list(range(1, 21))),  # not nine hundred of them
    ],
)
def test_numbers_that_are_missing_in_between(numbers: list[int], gaps: list[int]) -> None:
    assert Split(dict.fromkeys(numbers, "x")).gaps == gaps


def test_an_article_without_text_is_told_and_not_dropped() -> None:
    found = split("Article 1 One\nArticle 2\nArticle 3 Three\nArticle 4\n\n", "en")
    assert (found.empty, found.usable) == ([2, 4], False)
    chapter_only = split("第一条\n第二章 附则\n第二条 二", "zh_hans")
    assert (chapter_only.empty, chapter_only.left_out) == ([1], ["第二章 附则"])


@pytest.mark.parametrize(
    ("found", "usable"),
    [
        (Split(), False),
        (Split({1: "x"}), True),
        (Split({2: "x"}, left_out=["A title"]), True),  # gaps and words before are told, not refused
        (Split({1: "x"}, repeated=[1]), False),
        (Split({1: "x"}, too_long=[1]), False),
        (Split({1: ""}), False),
        (Split(dict.fromkeys(range(1, 201), "x")), True),
        (Split(dict.fromkeys(range(1, 202), "x")), False),
    ],
)
def test_what_can_be_taken_over(found: Split, usable: bool) -> None:
    assert found.usable is usable


def test_the_first_of_two_articles_with_one_number_is_kept() -> None:
    found = split("第一条 甲\n第二条 乙\n第一条 丙\n第一条 丁", "zh_hans")
    assert (found.clauses, found.repeated) == ({1: "甲", 2: "乙"}, [1, 1])


@pytest.mark.parametrize(("length", "too_long"), [(5_000, []), (5_001, [1])])
def test_how_long_an_article_can_be(length: int, too_long: list[int]) -> None:
    assert split("第一条 " + "字" * length, "zh_hans").too_long == too_long


def test_line_breaks_of_any_kind_and_empty_lines() -> None:
    text = "Article 1 One\r\n\r\n\r\n\r\nstill one\r\nArticle 2 Two"
    assert split(text, "en").clauses == {1: "One\n\nstill one", 2: "Two"}


def test_each_language_by_its_own_headings() -> None:
    both = "第一条 目的\nArticle 1 Purpose"
    assert split(both, "zh_hans").clauses == {1: "目的\nArticle 1 Purpose"}
    assert split(both, "en").left_out == ["第一条 目的"]


def test_nothing_but_headings_and_blanks_is_lost() -> None:
    """All other characters of a draft are in an article, or told as left out."""
    for text, language in ((CHINESE, "zh_hans"), (ENGLISH, "en")):
        found = split(text, language)
        kept = "".join([*found.clauses.values(), *found.left_out])
        lost = len("".join(text.split())) - len("".join(kept.split()))
        headings = {
            "zh_hans": ["第一条", "第二条", "第三条：", "第十条"],
            "en": ["Article1.", "ARTICLE2–", "ArticleIII:", "Section10)"],
        }
        assert lost == sum(map(len, headings[language]))
