"""Search: what is found by what, against real PostgreSQL; literals that are always valid; snippets that show why."""

import time

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.search import MAX_POSITIONS, segments, snippet, tokens, tsquery_text, tsvector_text

POLICY = "关于印发《虹口区高新技术企业奖励办法》的通知（沪府规〔2023〕5号），最高20万元。"
ENGLISH = "Measures on subsidies for high-tech companies; the policies apply to R&D taxes and AI企业."


def found(query: str, *texts: str) -> bool:
    literal = tsquery_text(query)
    assert literal is not None
    vector = tsvector_text(dict(zip("ABCD", texts, strict=False)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector, literal])
        return cursor.fetchone()[0]


def test_tokens_of_chinese_are_characters_and_pairs():
    assert tokens("奖励办法") == ["奖", "奖励", "励", "励办", "办", "办法", "法"]


def test_tokens_of_english_are_lower_case_singular_words():
    assert tokens("Policies, TAXES & Businesses' status: 2 boxes of Services (ＡＩ)") == [
        *("policy", "tax", "business", "status", "2", "box", "of", "service", "ai"),
    ]


def test_tokens_of_a_document_number():
    assert "〔2023〕5号" in tokens("沪府规〔2023〕5号")
    assert "〔2023〕5号" in tokens("沪府规（2023）第05号")
    assert tokens("") == tokens("，。!? 😀") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "高新技术企业",
        "虹口区高新技术企业奖励",
        "企业的奖励",
        "奖励 虹口",
        "新技",
        "奖",
        "沪府规〔2023〕5号",
        "沪府规[2023]5号",
        "（2023）5号",
        "〔 2023 〕 第5号",
        "2023",
        "20万元",
        "２０万元",
        "5号 奖励",
    ],
)
def test_found_in_chinese(query):
    assert found(query, POLICY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "subsidy",
        "Subsidies",
        "HIGH-TECH company",
        "compan",
        "policy",
        "polici",
        "the policy of companies",
        "tax",
        "R&D",
        "AI企业",
        "the",
        "subs",
        "Ｓｕｂｓｉｄｙ",
    ],
)
def test_found_in_english(query):
    assert found(query, ENGLISH)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["奖励 浦东", "术高", "沪府规〔2023〕6号", "沪府规〔2024〕5号", "2万元", "subsidy loan", "olicy", "奖券", "字"],
)
def test_not_found(query):
    assert not found(query, POLICY, ENGLISH)


@pytest.mark.django_db
def test_only_the_last_word_may_go_on():
    assert not found("subs company", ENGLISH)
    assert found("company subs", ENGLISH)
    assert not found("202", POLICY)


@pytest.mark.django_db
def test_weights_rank_a_title_above_a_body():
    vectors = [tsvector_text({"A": "别的", "D": "奖励"}), tsvector_text({"A": "奖励", "D": "别的"})]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_rank(v::tsvector, %s::tsquery) FROM unnest(%s::text[]) AS t(v)", [tsquery_text("奖励"), vectors]
        )
        body, title = (row[0] for row in cursor.fetchall())
    assert title > body > 0


def test_an_unknown_weight_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no such weight"):
        tsvector_text({"E": "text"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        "奖励" * 60_000,
        "".join(chr(0x4E00 + n % 20_000) for n in range(100_000)),
        "".join(chr(0x20000 + n % 40_000) for n in range(100_000)),
        "x" * 100_000,
        " ".join(f"{'长word' * 20}{n}" for n in range(9000)),
        " ".join(f"{'é' * 39}{n}" for n in range(9000)),
    ],
    ids=["repeats", "all-han", "rare-han", "one-word", "mixed", "wide-words"],
)
def test_a_huge_body_stays_within_the_limits_and_the_title_is_still_found(body):
    assert found("标题", "这是标题", body)


@pytest.mark.django_db
def test_positions_are_capped_at_the_end_of_the_lowest_weight():
    vector = tsvector_text({"D": "奖励" * MAX_POSITIONS, "A": "标题"})
    assert "'标题':1A" in vector
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(p) FROM unnest(%s::tsvector) AS t(l, ps, w), unnest(ps) AS p", [vector])
        assert cursor.fetchone()[0] < 16_383


@pytest.mark.parametrize("query", ["", " ", "。，！", "😀", "\x00", "\ud800", "&|!:*()<->'\\", "\u202e", "__"])
def test_nothing_searchable(query):
    assert tsquery_text(query) is None
    assert segments("奖励办法", query) == [("奖励办法", False)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["奖励\x00办法", "奖励\ud83d", "'; DROP TABLE x; -- 奖励", "奖励:*&!(", "奖励 \\' 办法", "奖励😀办法", "'奖励'"],
)
def test_odd_queries_still_search(query):
    assert found(query, POLICY + "drop table x")


def test_a_long_query_is_cut():
    assert tsquery_text("奖" * 5000) == "'奖奖'"
    assert len(tsquery_text("".join(chr(0x4E00 + n) for n in range(5000))) or "") < 500


ANYTHING = st.text(max_size=60) | st.text(
    st.sampled_from("奖励办法a1s' \\:&|!()*<>\x00\ud800\u3000ﷺİ〔2023〕号İé-_😀"), max_size=60
)


@given(ANYTHING, ANYTHING)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@pytest.mark.django_db
def test_whatever_is_typed_the_literals_are_valid(text, query):
    vector, literal = tsvector_text({"A": text, "B": query}), tsquery_text(query)
    assert bool(literal) == bool(tokens(query))
    if literal:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector, literal])
            assert cursor.fetchone()[0], "a text is found by itself"


@given(ANYTHING, ANYTHING, st.integers(5, 40))
def test_pieces_make_up_the_text_and_the_snippet_is_short(text, query, width):
    assert "".join(piece for piece, _ in segments(text, query)) == text
    shown = "".join(piece for piece, _ in snippet(text, query, width))
    assert len(shown) <= width + 2
    assert all(piece for piece, _ in snippet(text, query, width))
    assert shown.strip("…") in " ".join(text.split()).strip() or "…" in text


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("虹口区高新技术企业奖励", "高新技术 奖励", ["高新技术", "奖励"]),
        ("虹口的奖励", "虹口区", ["虹口"]),
        ("The policies, a policy, Policy-making; policed", "policy x", ["policies", "policy", "Policy"]),
        ("Subsidised subsidies for sub-units", "subsid", ["Subsidised", "subsidies"]),
        ("taxes on tax; taxi", "tax on", ["taxes", "tax", "taxi"]),
        ("taxes on tax; taxi", "tax 奖", ["taxes", "tax", "taxi"]),
        ("AI企业", "ai", ["AI"]),
        ("用ＡＩ的企业", "AI企业", ["ＡＩ", "企业"]),
        ("见沪府规〔2023〕5号文", "沪府规(2023)5号", ["沪府规〔2023〕5号"]),
        ("沪府规〔2023〕15号", "〔2023〕5号", []),
        ("ﷺ 奖励 ﷺ ①奖励", "奖励", ["奖励", "奖励"]),
        ("奖励", "办法", []),
        ("的办法", "的办法", ["办法"]),
    ],
)
def test_what_is_marked(text, query, marked):
    assert [piece for piece, hit in segments(text, query) if hit] == marked


def test_the_snippet_shows_the_window_with_most_different_hits():
    text = "奖励。" + "无关的文字" * 60 + "高新技术企业的奖励在此。" + "又是无关" * 60
    pieces = snippet(text, "高新技术企业奖励", 60)
    shown = "".join(piece for piece, _ in pieces)
    assert "高新技术企业的奖励在此" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert [piece for piece, hit in pieces if hit] == ["高新技术企业", "奖励"]


def test_an_english_snippet_cuts_no_word_in_two():
    text = ("lorem ipsum dolor " * 30) + "the subsidy for companies is here " + ("consectetur adipiscing " * 30)
    pieces = snippet(text, "subsidy company", 100)
    words = "".join(piece for piece, _ in pieces).strip("… ").split()
    assert {"subsidy", "companies"} <= set(words)
    assert set(words) <= set(text.split())


def test_a_snippet_without_hits_is_the_beginning_with_white_space_drawn_together():
    assert snippet("a\n\n b", "奖励") == [("a b", False)]
    pieces = snippet("字" * 500, "奖励", 50)
    assert pieces == [("字" * 50, False), ("…", False)]


def test_thirty_snippets_of_long_texts_are_quick():
    text = ("无关的文字，（普通）。" * 900) + "高新技术企业奖励"
    start = time.process_time()
    for _ in range(30):
        snippet(text, "高新技术企业奖励")
    assert time.process_time() - start < 0.3
