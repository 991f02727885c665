"""Conditions in plain words, in both languages."""

import pytest
from django.utils import translation

from policies.eligibility.criteria import sentence


def condition(field, op, value):
    return {"field": field, "op": op, "value": value}


NAMES = {
    ("district", "310109"): "Hongkou District",
    ("industry_code", "A"): "Agriculture, Forestry and Fishery",
    ("titles", "srdi"): "SRDI enterprise",
}


@pytest.mark.parametrize(
    ("field", "op", "value", "english", "chinese"),
    [
        ("district", "eq", "310109", "Registered in Hongkou District", "注册地在Hongkou District"),
        ("subdistrict", "in", ["310109018"], "Located in 310109018", "位于310109018"),
        ("park", "eq", "one-park", "Located in one-park", "位于one-park"),
        ("size", "in", ["micro", "small"], "Enterprise size: micro or small", "企业规模为微型或小型"),
        ("ownership", "eq", "joint", "Ownership: joint venture", "企业性质为合资"),
        ("industry_code", "any", ["I", "G", "J"], "Industry: I, G or J", "所属行业为I、G或J"),
        (
            "industry_code",
            "any",
            ["A", "B", "C"],
            "Industry: Agriculture, Forestry and Fishery; B or C",
            "所属行业为Agriculture, Forestry and Fishery、B或C",
        ),
        ("titles", "contains", "srdi", "Holds the title: SRDI enterprise", "具有以下资质：SRDI enterprise"),
        ("founded_years", "gte", 1, "Founded at least 1 year ago", "成立满1年"),
        ("founded_years", "lte", 3, "Founded no more than 3 years ago", "成立不超过3年"),
        ("founded_years", "gte", 1.5, "Founded at least 1.5 years ago", "成立满1.5年"),
        ("employees", "gte", 10, "At least 10 employees", "员工人数不少于10人"),
        ("employees", "gte", 1, "At least 1 employee", "员工人数不少于1人"),
        ("employees", "lte", 1000, "At most 1,000 employees", "员工人数不超过1,000人"),
        (
            "annual_revenue_cny",
            "gte",
            500_000_000,
            "Annual revenue of at least CNY 500,000,000",
            "年营业收入不低于5亿元",
        ),
        (
            "annual_revenue_cny",
            "lte",
            12_345_600,
            "Annual revenue of at most CNY 12,345,600",
            "年营业收入不超过1,234.56万元",
        ),
        ("annual_revenue_cny", "eq", 12_345, "Annual revenue of exactly CNY 12,345", "年营业收入为12,345元"),
        ("rd_expense_ratio", "gte", 0.03, "R&D spending of at least 3% of revenue", "研发费用占营业收入比例不低于3%"),
        ("listed", "eq", True, "Listed on a stock exchange", "已上市"),
        ("listed", "eq", False, "Not listed on a stock exchange", "未上市"),
    ],
)
def test_a_condition_in_plain_words(field, op, value, english, chinese):
    item = condition(field, op, value)
    assert sentence(item, "en", NAMES) == english
    assert sentence(item, "zh-hans", NAMES) == chinese


def test_the_active_language_is_used_and_kept():
    with translation.override("zh-hans"):
        assert sentence(condition("listed", "eq", True)) == "已上市"
        assert sentence(condition("listed", "eq", True), "en") == "Listed on a stock exchange"
        assert translation.get_language() == "zh-hans"
