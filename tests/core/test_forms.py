"""One way of drawing a form: label, hint, error and control that belong together."""

import re
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation


class Ask(forms.Form):
    subject = forms.CharField(help_text="In a few words.", widget=forms.TextInput(attrs={"placeholder": "vanishes"}))
    kind = forms.ChoiceField(choices=[("help", "Help"), ("idea", "Idea")], widget=forms.RadioSelect, help_text="One.")
    note = forms.CharField(required=False)
    file = forms.FileField(required=False, help_text="PDF")
    agree = forms.BooleanField(label="I agree")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_note(self) -> str:
        if "<" in self.cleaned_data["note"]:
            raise forms.ValidationError("Not %(what)s", params={"what": self.cleaned_data["note"]})
        return self.cleaned_data["note"]


def drawn(form: forms.Form, **more: Any) -> str:
    return render_to_string("components/form.html", {"form": form, **more})


def test_label_and_hint_are_tied_to_their_control() -> None:
    html = str(Ask()["subject"].as_field_group())
    assert '<label for="id_subject">' in html
    assert 'id="id_subject_helptext">In a few words.' in html
    assert re.search(
        r'<input[^>]*id="id_subject"[^>]*aria-describedby="id_subject_helptext"|'
        r'<input[^>]*aria-describedby="id_subject_helptext"[^>]*id="id_subject"',
        html,
    )


def test_an_error_stands_at_its_field_and_is_announced() -> None:
    html = str(Ask({"agree": "on"})["subject"].as_field_group())
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html
    assert '<div id="id_subject_error"><p class="error">This field is required.</p></div>' in html


def test_no_placeholder_takes_the_place_of_a_label() -> None:
    assert "vanishes" not in drawn(Ask())


def test_a_search_box_keeps_its_placeholder() -> None:
    class Search(forms.Form):
        q = forms.CharField(widget=forms.SearchInput(attrs={"placeholder": "Words"}))

    assert 'placeholder="Words"' in str(Search()["q"])


def test_only_what_may_stay_empty_says_so() -> None:
    assert "(optional)" in str(Ask()["note"].as_field_group())
    assert "(optional)" not in str(Ask()["subject"].as_field_group())


def test_the_word_for_optional_is_chinese_on_a_chinese_page() -> None:
    with translation.override("zh-hans"):
        assert "（选填）" in str(Ask()["note"].as_field_group())


def test_radio_buttons_are_a_group_with_a_legend() -> None:
    html = str(Ask({})["kind"].as_field_group())
    assert '<fieldset class="choices" aria-describedby="id_kind_helptext id_kind_error">' in html
    assert re.search(r"<legend>\s*Kind\s*</legend>", html)
    assert 'for="id_kind_0"' in html


def test_a_file_input_has_a_label_and_no_legend() -> None:
    html = str(Ask()["file"].as_field_group())
    assert "<fieldset" not in html
    assert '<label for="id_file">' in html
    assert 'aria-describedby="id_file_helptext"' in html


def test_a_check_box_stands_in_its_label() -> None:
    html = str(Ask()["agree"].as_field_group())
    assert re.search(r'<label for="id_agree"><input type="checkbox"[^>]*><span>I agree</span></label>', html)
    assert "(optional)" not in html


def test_hidden_fields_are_drawn_once_and_without_label() -> None:
    html = drawn(Ask())
    assert html.count('name="secret"') == 1
    assert "Secret" not in html


def test_the_summary_counts_and_leads_to_each_field() -> None:
    html = drawn(Ask({"note": "x"}))
    assert "3 things need your attention" in html
    assert 'href="#id_subject"' in html
    assert 'href="#id_kind_0"' in html, "a group is entered at its first choice"
    assert 'href="#id_agree"' in html


def test_one_error_is_not_called_several() -> None:
    assert "One thing needs your attention" in drawn(Ask({"subject": "a", "kind": "help"}))


def test_no_summary_without_errors() -> None:
    assert "error-summary" not in drawn(Ask())
    assert "error-summary" not in drawn(Ask({"subject": "a", "kind": "help", "agree": "on"}))


def test_errors_of_the_whole_form_are_in_the_summary() -> None:
    form = Ask({"subject": "a", "kind": "help", "agree": "on"})
    form.add_error(None, "Dates are reversed.")
    assert "<li>Dates are reversed.</li>" in drawn(form)


def test_an_error_that_quotes_its_input_is_escaped() -> None:
    html = drawn(Ask({"note": "<script>"}))
    assert "Not &lt;script&gt;" in html
    assert "<script>" not in html


@pytest.mark.parametrize("field", ["subject", "kind", "note", "file", "agree"])
def test_the_single_field_component_is_the_same_thing(field: str) -> None:
    form = Ask({})
    alone = render_to_string("components/field.html", {"field": form[field]}).strip()
    assert alone == str(form[field].as_field_group()).strip()
    assert alone in drawn(form)


def test_the_button_and_the_way_back_are_optional() -> None:
    assert "<button" not in drawn(Ask())
    assert "Save</button>" in drawn(Ask(), submit="Save")
    assert 'href="/back"' in drawn(Ask(), submit="Save", cancel="/back")


def test_two_languages_side_by_side_say_what_is_missing_or_stale() -> None:
    class Both(forms.Form):
        zh = forms.CharField()
        en = forms.CharField()

    form = Both()
    html = render_to_string(
        "components/two_language_field.html", {"zh": form["zh"], "en": form["en"], "en_state": "stale"}
    )
    assert "Translation out of date" in html
    assert "Not translated" not in html
    html = render_to_string(
        "components/two_language_field.html", {"zh": form["zh"], "en": form["en"], "zh_state": "missing"}
    )
    assert html.index("Not translated") < html.index('name="zh"')


class Long(forms.Form):
    text = forms.CharField(max_length=10, widget=forms.Textarea)
    line = forms.CharField(max_length=10)
    free = forms.CharField(required=False, widget=forms.Textarea)


def test_a_long_text_is_counted_and_never_cut_by_the_browser() -> None:
    html = str(Long()["text"])
    assert 'data-most="10"' in html
    assert "maxlength" not in html
    assert 'maxlength="10"' in str(Long()["line"])
    assert "data-most" not in str(Long()["free"])


@pytest.mark.parametrize(("typed", "ok"), [("x" * 10, True), ("x" * 11, False), ("😀" * 10, True), ("长" * 11, False)])
def test_what_is_too_long_is_told_and_kept_whole(typed: str, ok: bool) -> None:
    form = Long({"text": typed, "line": "x"})
    assert form.is_valid() == ok
    assert typed in str(form["text"])
