"""What is found in texts that may tell who asked."""

from typing import Any

import pytest

from accounts.models import User
from enterprises.models import Enterprise
from policies.models import Policy, PolicyQuestion
from policies.questions.privacy import findings_of

ENTERPRISE: Any = {
    "name_zh_hans": "上海虹口区星图（中国）软件有限公司",
    "name_en": "Shanghai Stargraph Software Co., Ltd.",
    "credit_code": "91310109KJJCL55G70",
    "address_zh_hans": "虚构路100号12层",
    "address_en": "Xugou Road",
}


def found(text: str, column: str = "answer_en") -> list[tuple[str, str]]:
    question = PolicyQuestion(
        policy=Policy(),
        enterprise=Enterprise(**ENTERPRISE),
        asker=User(name_zh="林晓", name_en="Xiao Lindgren", email="a.x@example.org", phone="+86 139-1234-5678"),
        source="HK-2026-000123",
        author=User(name_zh="陈静怡", name_en="Chen Jing", email="b@example.org"),
        **{column: text},
    )
    return [(finding.kind, finding.text) for finding in findings_of(question)]


@pytest.mark.parametrize(
    ("text", "kind", "hit"),
    [
        ("请上海虹口区星图(中国)软件有限公司参照办理。", "asker", "上海虹口区星图(中国)软件有限公司"),
        ("SHANGHAI  Stargraph software co., ltd. may apply.", "asker", "SHANGHAI  Stargraph software co., ltd."),
        ("Code 91310109KJJCL55G70 is known.", "asker", "91310109KJJCL55G70"),
        ("Code ９１３１０１０９ＫＪＪＣＬ５５Ｇ７０.", "asker", "91310109KJJCL55G70"),
        ("Dear Xiao Lindgren, yes.", "asker", "Xiao Lindgren"),
        ("星图软件可以申请。", "name", "星图软件"),
        ("As stargraph software does.", "name", "stargraph software"),
        ("林总您好，可以。", "person", "林总"),
        ("Dear Ms Lindgren, yes.", "person", "Lindgren"),
        ("林晓，您好", "person", "林晓"),
        ("Ask Chen Jing at the window.", "official", "Chen Jing"),
        ("陈静怡答复", "official", "陈静怡"),
        ("代码91310000MA1FL0X00Y", "code", "91310000MA1FL0X00Y"),
        ("身份证310109199001011234", "code", "310109199001011234"),
        ("call 138 0013 8000 today", "phone", "138 0013 8000"),
        ("电话：13800138000。", "phone", "13800138000"),
        ("电话021-65123456转3", "phone", "021-65123456"),
        ("ring 6512 3456", "phone", "6512 3456"),
        ("+49 (30) 1234-567", "phone", "+49 (30) 1234-567"),
        ("write to lin.xiao@demo.example, please", "email", "lin.xiao@demo.example"),
        # the same in other spellings
        ("代码9131 0109 KJJC L55G 70", "asker", "9131 0109 KJJC L55G 70"),
        ("请上海虹口区 星图中国 软件有限公司参照。", "asker", "上海虹口区 星图中国 软件有限公司"),
        ("Shanghai Stargraph Software Co Ltd may", "asker", "Shanghai Stargraph Software Co Ltd"),
        ("Shanghai&nbsp;Stargraph-Software &#67;o., Ltd.", "asker", "Shanghai Stargraph-Software Co., Ltd."),
        ("林\u200b 晓，您好", "person", "林 晓"),
        ("Dear Lindgren, Xiao", "person", "Lindgren, Xiao"),
        ("林小姐您好", "person", "林小姐"),
        ("星图可以申请。", "name", "星图"),
        ("As Stargraph does.", "name", "Stargraph"),
        ("请到虚构路100号 12层办理", "address", "虚构路100号 12层"),
        ("write to A.X＠example.org", "contact", "A.X@example.org"),
        ("ring 1391234 5678", "contact", "1234 5678"),
        ("您的诉求ＨＫ－２０２６－０００１２３", "source", "HK-2026-000123"),
        ("see hk2026000123", "source", "hk2026000123"),
        ("ring 25658888", "phone", "25658888"),
        ("代码9131-0000-MA1F-L0X0-0Y", "code", "9131-0000-MA1F-L0X0-0Y"),
        ("代码 91 310000 MA1FL0X00 Y", "code", "91 310000 MA1FL0X00 Y"),
        ("身份证310109 19900101 123X", "code", "310109 19900101 123X"),
        ("账号6222 0212 3456 7890 123", "account", "6222 0212 3456 7890 123"),
        ("微信：lin_xiao88", "account", "微信:lin_xiao88"),
        ("my QQ 12345678", "account", "QQ 12345678"),
        ("(138) 0013-8000", "phone", "138) 0013-8000"),
        ("138–0013–8000", "phone", "138-0013-8000"),
        ("138.001.38000", "phone", "138.001.38000"),
        ("8613800138000", "phone", "8613800138000"),
        ("1 3 8 0 0 1 3 8 0 0 0", "phone", "1 3 8 0 0 1 3 8 0 0 0"),
        ("一三八零零一三八零零零", "phone", "一三八零零一三八零零零"),
        ("（021）6512-3456", "phone", "021)6512-3456"),
        ("这一段话很长而没有标点" * 7 + "lin@demo.example", "email", "lin@demo.example"),
    ],
)
def test_is_found(text: str, kind: str, hit: str) -> None:
    assert (kind, hit) in found(text)
    assert len([each for each in found(text) if each[0] == kind]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "沪府规〔2021〕8号自2021年9月1日起施行，有效期至2026年8月31日。",
        "Up to CNY 30,000,000 between 2026-01-01 and 2026-12-31.",
        "最高50000000元，按2023-2025年计算。",
        "最高 50000000 万元, CNY 30000000",
        "The stargraphs of 2026 and a chenjing.",
        "请拨打12345热线。",
        "GB/T 4754-2017, section I65; 20261231",
        "林业企业也可以申请。",
        "产业园林，总部迁入。",
        "Shown in the WeChat mini-program and in QQ groups, 2025 2026 2027 2028.",
        "As Xugou Road was in 2026-01-01 and 2026-12-31.",
    ],
)
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_it_is_told_once_for_each_text_and_the_longest_name_alone() -> None:
    text = "Shanghai Stargraph Software Co., Ltd. and Shanghai Stargraph Software Co., Ltd."
    assert found(text) == [("asker", "Shanghai Stargraph Software Co., Ltd.")]
    question = PolicyQuestion(policy=Policy(), question_en="a@b.example", answer_en="a@b.example a@b.example")
    assert [finding.column for finding in findings_of(question)] == ["question_en", "answer_en"]
    assert "e-mail" in findings_of(question)[0].words
    assert not findings_of(question)[0].certain


def test_a_very_long_text_is_read_quickly() -> None:
    for text in ("1" * 5_000, "a." * 2_500, "+1" + " -" * 2_499, "0-" * 2_500):
        found(text)


@pytest.mark.parametrize(
    ("text", "hit"),
    [("欧阳女士可以", "欧阳女士"), ("欧总可以", "欧总"), ("Dear Ms Li,", "Ms Li"), ("Dear Li Na", "Li Na")],
)
def test_people_are_addressed_by_short_names_and_long_surnames(text: str, hit: str) -> None:
    asker = User(name_zh="欧阳娜", name_en="Na Li")
    question = PolicyQuestion(policy=Policy(), asker=asker, answer_en=text)
    assert [(finding.kind, finding.text) for finding in findings_of(question)] == [("person", hit)]


def test_how_the_asker_is_reached_and_the_request_are_certain() -> None:
    question = PolicyQuestion(policy=Policy(), asker=User(email="a@example.org", phone="12"), source="HK-2026-000123")
    for text, certain in (("a@example.org", True), ("b@example.org", False), ("hk 2026 000123", True), ("12", None)):
        question.answer_en = text
        assert [finding.certain for finding in findings_of(question)] == ([] if certain is None else [certain])


def test_other_officials_are_looked_for_where_they_are_known() -> None:
    question = PolicyQuestion(policy=Policy(), answer_zh_hans="请找王磊。")
    assert findings_of(question) == []
    assert [finding.text for finding in findings_of(question, User(name_zh="王磊"))] == ["王磊"]
