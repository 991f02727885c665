"""Words with the same meaning: kept by officials, used by every search at once."""

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from policies.models import MissedSearch, SynonymGroup
from policies.search import synonyms
from policies.search.index import refresh_search
from policies.search.queries import ordered, wanted_from
from portal.core.access import Refused
from portal.core.meanings import MOST_GROUPS, Meanings
from portal.core.search import MAX_QUERY, tsvector_text
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

DAY = date(2026, 11, 22)
HIGH_TECH = ["高新技术企业", "高企", "high-tech enterprise", "HNTE"]
SRDI = ["专精特新", "SRDI", "specialised SME"]
KNOWN = Meanings([HIGH_TECH, SRDI, ["研发", "R&D"]])


@pytest.fixture
def editor(db: None) -> Any:
    return UserFactory(roles=["editor"])


@pytest.fixture
def none_yet(db: None) -> None:
    """Without the starting set."""
    SynonymGroup.objects.all().delete()


def answers(query: str, text: str, known: Meanings = KNOWN) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [tsvector_text({"A": text}), known.tsquery(query)])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_query_also_asks_for_the_other_words(subtests: Any) -> None:
    for query, text, found in (
        ("高企", "高新技术企业认定", True),
        ("高企奖励", "奖励高新技术企业", True),
        ("高企奖励", "高新技术企业认定", False),  # the rest of the query must occur too
        ("High Tech enterprises award", "高企 award", True),  # hyphens, capitals and plurals do not count
        ("hnte", "Accreditation of high-tech enterprises", True),
        ("srdi 补贴", "专精特新企业补贴", True),
        ("专精特新 高企", "SRDI and HNTE", True),
        ("r & d", "研发费用", True),
        ("the award for HNTE", "高企 award", True),  # little words beside a known word ask for nothing
        ("srd", "SRDI", True),  # still being typed
        ("srd", "专精特新", False),
        ("HNTEX", "高企", False),  # a part of another word is not the word
        ("小巨人", "高企", False),
    ):
        with subtests.test(query=query, text=text):
            assert answers(query, text) is found


@pytest.mark.django_db
def test_whatever_is_typed_the_literal_is_valid(subtests: Any) -> None:
    many = Meanings([[f"word{chr(97 + n)}", f"词{chr(0x4E00 + n)}"] for n in range(26)])
    for query in (
        *("高企' | 'x", "高企:*&!(", "\\高企\\", "高企\x00奖", "高企\ud83d", "()|&!<->", "高企" * 5_000, "的高企的"),
        " ".join(f"word{chr(97 + n)}" for n in range(26)),
    ):
        with subtests.test(query=query[:20]), connection.cursor() as cursor:
            literal = (many if query.startswith("word") else KNOWN).tsquery(query)
            cursor.execute("SELECT %s::tsquery", [literal])
    assert (many.tsquery(" ".join(f"word{chr(97 + n)}" for n in range(26))) or "").count("|") == MOST_GROUPS
    assert KNOWN.tsquery("。，!") is None
    assert Meanings([]).tsquery("高企") == "'高企'"


def test_what_is_marked_holds_the_other_words_and_never_too_many() -> None:
    assert KNOWN.widened("高企") == "高新技术企业 high-tech enterprise HNTE 高企"
    assert KNOWN.widened("rent") == "rent"
    wide = Meanings([["ab", *(f"{n}{'x' * 50}" for n in range(10))]]).widened("ab")
    assert len(wide) <= MAX_QUERY
    assert wide.endswith(" ab")


@pytest.mark.usefixtures("none_yet")
def test_a_change_counts_at_once(editor: Any) -> None:
    refresh_search(PolicyFactory(slug="award", title_zh_hans="高新技术企业奖励"))

    def found(words: str) -> list[str]:
        params = QueryDict(mutable=True)
        params["q"] = words
        return [policy.slug for policy in ordered(wanted_from(params), DAY)]

    assert found("HNTE") == []
    group = synonyms.add(by=editor, chinese=["高新技术企业"], english=["HNTE"])
    assert found("HNTE") == ["award"]
    group = synonyms.change(group, by=editor, chinese=["高新技术企业"], english=["High tech"], seen=1)
    assert (found("HNTE"), found("high-tech")) == ([], ["award"])
    synonyms.remove(group, by=editor, seen=2)
    assert found("high-tech") == []


def test_who_searches_sees_the_other_word_marked(client: Client, editor: Any) -> None:
    SynonymGroup.objects.all().delete()
    synonyms.add(by=editor, chinese=["虚构政策"], english=["phantom"])
    refresh_search(PolicyFactory(title_zh_hans="虚构政策一号"))
    assert "<mark>虚构政策</mark>" in client.get("/zh-hans/policies/?q=phantom").content.decode()


def test_the_starting_set_is_sound() -> None:
    groups = importlib.import_module("policies.migrations.0003_search").GROUPS
    words = [word for chinese, english in groups for word in (*chinese, *english)]
    assert list(synonyms.faults(words)) == []
    assert len({synonyms.key(word) for word in words}) == len(words)  # none stands twice
    assert all(chinese and english for chinese, english in groups)
    assert "高新技术企业" in Meanings([*chinese, *english] for chinese, english in groups).widened("高企")


# --- the verbs ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("none_yet")
def test_what_cannot_be_a_group_is_refused_with_a_reason(editor: Any, subtests: Any) -> None:
    kept = synonyms.add(by=editor, chinese=["高新技术企业"], english=["high-tech enterprise"])
    for chinese, english, reason in (
        ([], [], "at least two"),
        (["专精特新"], [], "at least two"),
        ([], ["SRDI", "srdi"], "at least two"),
        (["长" * 61, "词语"], [], "too long"),
        (["词语"], ["!?"], "says too little"),
        (["词语"], ["the"], "says too little"),
        (["词", "词语"], [], "says too little"),
        (["词语"], ["\ud83d"], "says too little"),
        ([], [f"word{n}" for n in range(21)], "at most 20"),
        (["高企"], ["High-Tech  enterprises"], "Already in another group"),
    ):
        with subtests.test(chinese=chinese[:1], english=english[:1]), pytest.raises(Refused, match=reason):
            synonyms.add(by=editor, chinese=chinese, english=english)
    assert list(SynonymGroup.objects.all()) == [kept]


@pytest.mark.usefixtures("none_yet")
def test_the_second_of_two_people_is_told(editor: Any) -> None:
    words = {"chinese": ["高企"], "english": ["HNTE"]}
    group = synonyms.add(by=editor, **words)
    synonyms.change(group, by=editor, chinese=["高企", "高新企业"], english=["HNTE"], seen=1)
    with pytest.raises(Refused, match="changed this group meanwhile"):
        synonyms.change(group, by=editor, seen=1, **words)
    with pytest.raises(Refused, match="changed this group meanwhile"):
        synonyms.remove(group, by=editor, seen=1)
    synonyms.remove(group, by=editor, seen=2)
    with pytest.raises(Refused, match="removed this group meanwhile"):
        synonyms.remove(group, by=editor, seen=2)
    labels = group.audit_rows.model.objects.filter(pgh_obj_id=group.pk).order_by("pgh_id")
    assert list(labels.values_list("pgh_label", flat=True)) == ["insert", "update", "delete"]


@pytest.mark.django_db
def test_others_keep_no_words() -> None:
    group = SynonymGroup.objects.create(words_zh_hans=["虚构"], words_en=["fictional"])
    missed = MissedSearch.objects.create(words="x", language="en", last_day=DAY)
    for roles in (["translator"], ["reviewer"], []):
        by = UserFactory(roles=roles)
        for verb in (
            lambda by=by: synonyms.add(by=by, chinese=["一个"], english=["one"]),
            lambda by=by: synonyms.change(group, by=by, chinese=["一个"], english=["one"], seen=0),
            lambda by=by: synonyms.remove(group, by=by, seen=0),
            lambda by=by: synonyms.set_aside(missed, by=by),
        ):
            with pytest.raises(Refused, match="keep the words"):
                verb()


# --- the pages ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("none_yet")
def test_from_a_search_without_a_result_to_a_group(as_user: Callable[[Any], Client], editor: Any) -> None:
    MissedSearch.objects.create(words="高企", language="zh-hans", count=7, last_day=DAY)
    client = as_user(editor)
    listed = client.get("/en/publishing/searches/").content.decode()
    assert "/en/publishing/synonyms/new/?word=%E9%AB%98%E4%BC%81" in listed
    assert "\n高企</textarea>" in client.get("/en/publishing/synonyms/new/?word=高企").content.decode()
    typed = {"words_zh_hans": "高企、高新技术企业\n高企", "words_en": " high-tech \r\n"}
    answer = client.post("/en/publishing/synonyms/new/", typed, follow=True).content.decode()
    assert "From now on" in answer
    assert "高企 · 高新技术企业" in answer
    assert not MissedSearch.objects.exists()
    group = SynonymGroup.objects.get()
    address = f"/en/publishing/synonyms/{group.pk}/"
    assert "高企\n高新技术企业</textarea>" in client.get(address).content.decode()
    client.post(address, {"words_zh_hans": "高企", "words_en": "HNTE", "seen": "1"})
    group.refresh_from_db()
    assert group.words == ["高企", "HNTE"]
    for seen in ("1", "x", ""):
        client.post(f"{address}remove/", {"seen": seen})
        assert SynonymGroup.objects.exists()
    client.post(f"{address}remove/", {"seen": "2"})
    assert not SynonymGroup.objects.exists()


@pytest.mark.usefixtures("none_yet")
def test_what_is_wrong_is_said_at_the_field(as_user: Callable[[Any], Client], editor: Any, subtests: Any) -> None:
    SynonymGroup.objects.create(words_zh_hans=["高新技术企业"], words_en=["HNTE"])
    client = as_user(editor)
    for chinese, english, reason in (
        ("", "", "at least two different words"),
        ("高企", "hnte", "Already in another group: “hnte” (高新技术企业 = HNTE)"),
        ("长" * 10_000, "", "at most 2000 characters"),
        ("长" * 61, "", "is too long"),
        ("<b>,&&", "SRDI", "“&amp;&amp;” says too little"),
    ):
        with subtests.test(chinese=chinese[:5]):
            answer = client.post("/en/publishing/synonyms/new/", {"words_zh_hans": chinese, "words_en": english})
            assert reason in answer.content.decode()
    assert client.post("/en/publishing/synonyms/new/", {"words_en": "a\x00b,cd"}).status_code == 200
    assert SynonymGroup.objects.count() == 1
