"""The framework's words in our own Chinese."""

import re

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.core.borrowed_words import COUNTED, WORDS


class Ask(forms.Form):
    name = forms.CharField(max_length=5)
    email = forms.EmailField(required=False)
    site = forms.URLField(required=False, assume_scheme="https")
    day = forms.DateField(required=False)
    count = forms.IntegerField(required=False, min_value=1, max_value=9)
    kind = forms.ChoiceField(required=False, choices=[("a", "A")])
    slug = forms.SlugField(required=False)


@pytest.mark.parametrize(
    ("field", "typed", "english", "chinese"),
    [
        ("name", "", "This field is required.", "此项为必填项。"),
        (
            "name",
            "longer",
            "Ensure this value has at most 5 characters (it has 6).",
            "最多5个字符，现有6个。",
        ),
        ("email", "x", "Enter a valid email address.", "请输入有效的电子邮箱地址。"),
        ("site", "javascript:alert(1)", "Enter a valid URL.", "请输入有效的网址。"),
        ("day", "x", "Enter a valid date.", "请输入有效的日期。"),
        ("count", "x", "Enter a whole number.", "请输入整数。"),
        ("count", "0", "Ensure this value is greater than or equal to 1.", "不得小于1。"),
        ("count", "10", "Ensure this value is less than or equal to 9.", "不得大于9。"),
        (
            "kind",
            "z",
            "Select a valid choice. z is not one of the available choices.",
            "“z”不可选，请从所列选项中选择。",
        ),
        (
            "slug",
            "a b",
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
            "只能使用英文字母、数字、下划线和连字符。",
        ),
    ],
)
def test_what_a_form_says(field: str, typed: str, english: str, chinese: str) -> None:
    data = {"name": "ok", field: typed}
    assert Ask(data).errors[field] == [english]
    with translation.override("zh-hans"):
        assert [str(error) for error in Ask(data).errors[field]] == [chinese]


@pytest.mark.parametrize("password", ["abc", "1234567", "hongkou", "password"])
def test_what_a_bad_password_is_told_in_chinese(password: str) -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as told:
        validate_password(password)
    assert "密码过短，至少须有10个字符。" in told.value.messages
    assert not re.search(r"[A-Za-z]", "".join(told.value.messages))


def test_every_borrowed_word_is_said_in_chinese() -> None:
    with translation.override("zh-hans"):
        for word in WORDS:
            assert translation.gettext(word) != word
        counted = [str(COUNTED[0] % {"limit_value": 3, "show_value": 4}), str(COUNTED[1] % 10)]
        assert not [words for words in counted if re.search(r"[A-Za-z]{2,}", words)]


def test_the_portal_says_nin_as_offices_do() -> None:
    with translation.override("zh-hans"):
        said = [translation.gettext(words) for words in WORDS]
    assert [words for words in said if "你" in words or not re.search(r"[\u4e00-\u9fff]", words)] == []
