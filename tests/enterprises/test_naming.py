"""Finding an enterprise by a part of its name in either language, or by its code: what is found, and by an index."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises import naming
from enterprises.credit_code import make
from enterprises.models import Enterprise

pytestmark = pytest.mark.django_db
NAMES = {
    "stars": ("上海璀玥智造有限公司", "Shanghai Cuiyue Intelligent Manufacturing Co., Ltd."),
    "cafe": ("北外滩咖啡（上海）有限公司", "North Bund Café Élite"),
    "wide": ("ＡＢＣ数据　科技", "ABC Data_100% \\ Tech"),
    "chinese": ("玥", ""),
    "english": ("", "O'Neill & Sons"),
}


@pytest.fixture
def firms(db: None) -> dict[str, Enterprise]:
    return {
        key: Enterprise.objects.create(name_zh_hans=zh or None, name_en=en or None, credit_code=make(n))
        for n, (key, (zh, en)) in enumerate(NAMES.items())
    }


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("璀玥", {"stars"}),
        ("玥", {"stars", "chinese"}),
        ("玥智造有限", {"stars"}),
        ("造智", set()),
        ("cuiyue", {"stars"}),
        ("CUIYUE  intel", {"stars"}),
        ("  Cuiyue ", {"stars"}),
        ("intelligent cuiyue", set()),
        ("（上海）", {"cafe"}),
        ("(上海)", {"cafe"}),
        ("café", {"cafe"}),
        ("CAFÉ é", {"cafe"}),
        ("cafe", set()),
        ("abc数据", {"wide"}),
        ("ＡＢＣ", {"wide"}),
        ("数据　科技", {"wide"}),
        ("100%", {"wide"}),
        ("a_1", {"wide"}),
        ("a%1", set()),
        ("\\", {"wide"}),
        ("_", {"wide"}),
        ("'", {"english"}),
        ("o'neill & s", {"english"}),
        ("公司 North", set()),
        ("公司\nNorth", set()),
        ("", set()),
        ("   ", set()),
        ("\0", set()),
        ("璀\0玥", {"stars"}),
        pytest.param("x" * 5_000, set(), id="long"),
        pytest.param("虚构" * 1_000, set(), id="long and Chinese"),
        ("😀", set()),
        ("{}", set()),
        ('"', set()),
        ("NULL", set()),
    ],
)
def test_what_is_found(firms: dict[str, Enterprise], text: str, keys: set[str]) -> None:
    found = set(Enterprise.objects.found_by(text).values_list("pk", flat=True))
    assert found == {firms[key].pk for key in keys}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda code: code, True),
        (lambda code: code[:4], True),
        (lambda code: code.lower(), True),
        (lambda code: f"{code[:8]} {code[8:]}", True),
        (lambda code: f"{code[:6]}-{code[6:10]}", True),
        (lambda code: "".join(chr(ord(char) + 0xFEE0) for char in code[:10]), True),
        (lambda code: code[3:], False),
        (lambda code: code + "0", False),
        (lambda code: code[:17] + "%", False),
        (lambda code: code[:17] + "_", False),
    ],
    ids=["whole", "beginning", "lower case", "blank", "hyphen", "full width", "inside", "longer", "percent", "stroke"],
)
def test_the_beginning_of_the_code(firms: dict[str, Enterprise], change: Any, found: bool) -> None:
    code = str(firms["english"].credit_code)
    assert Enterprise.objects.found_by(change(code)).filter(pk=firms["english"].pk).exists() is found


def test_a_changed_name_is_found_at_once(firms: dict[str, Enterprise]) -> None:
    firms["stars"].name_zh_hans = "上海星河"  # type: ignore[attr-defined]
    firms["stars"].save()
    assert not Enterprise.objects.found_by("璀玥").exists()
    assert Enterprise.objects.found_by("星河").get() == firms["stars"]
    firms["stars"].delete()
    assert not Enterprise.objects.found_by("星河").exists()


@given(st.text(min_size=1, max_size=12), st.integers(0, 11), st.integers(1, 12))
@settings(max_examples=12, deadline=None)
def test_every_part_of_a_name_finds_it(name: str, start: int, length: int) -> None:
    """Whatever characters it has: what PostgreSQL makes of the name and Python of the question fit together."""
    name = "".join(char for char in name if char.isalnum() and char.lower().upper() == char.upper())
    part = name[start : start + length]
    firm = Enterprise.objects.create(name_zh_hans=name or None)
    if part:
        assert Enterprise.objects.found_by(part).filter(pk=firm.pk).exists()
    firm.delete()


@pytest.mark.parametrize(
    ("text", "pairs"),
    [("", []), ("星", []), ("星河", ["星河"]), ("abab", ["ab", "ba"]), ("aaa", ["aa"]), ("a b", ["a ", " b"])],
)
def test_pairs(text: str, pairs: list[str]) -> None:
    assert naming.pairs_of(text) == pairs


@pytest.fixture
def many(db: None) -> None:
    """Some rows, and a planner that reads none of them one by one if an index can be used."""
    Enterprise.objects.bulk_create(
        Enterprise(name_zh_hans=f"虚构{n}有限公司", name_en=f"Fictional {n} Co., Ltd.", credit_code=make(n))
        for n in range(100)
    )
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")


@pytest.mark.parametrize("text", ["璀玥", "璀玥智造", "虚构99有", "Fictional 99", make(1)[:12], "nothing at all"])
def test_the_index_is_used(many: None, text: str) -> None:
    """Over 100,000 rows this is a millisecond in place of fifty."""
    plan = Enterprise.objects.found_by(text).order_by("pk")[:9].explain()
    assert "enterprise_named" in plan
    assert ("credit_code" in plan.partition("Bitmap Index Scan")[2]) is (text == make(1)[:12])


def test_the_index_is_used_beneath_a_filter_of_requests(many: None) -> None:
    """As the queue asks: requests of the enterprises that are called so."""
    plan = Enterprise.objects.filter(pk__in=Enterprise.objects.found_by("璀玥").values("pk")).explain()
    assert "enterprise_named" in plan


def test_what_is_found_comes_in_one_query(many: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert len(Enterprise.objects.found_by("虚构").order_by("pk")[:9]) == 9
