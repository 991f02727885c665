"""Forms of the asking side: cleaning only. FilesField and LongText serve the desk as well."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise
from portal.core import bilingual
from portal.core.uploads import ACCEPT
from stewards.asking.verbs import MAX_BODY, MAX_SUBJECT
from stewards.enums import RequestType
from stewards.files import MAX_FILES, Upload, check_files
from stewards.models import HelpRequest
from stewards.relations.fields import CategoryField, category_choices
from stewards.timeline import SCORES

TYPE_HINTS = {
    RequestType.CONSULTATION: gettext_lazy("you want to know what a policy or rule means for you"),
    RequestType.HELP: gettext_lazy("something has to be done or arranged"),
    RequestType.COMPLAINT: gettext_lazy("you are not content with how an authority acted"),
    RequestType.REPORT: gettext_lazy("you tell us that somebody breaks a rule"),
    RequestType.SUGGESTION: gettext_lazy("you know how something could be better"),
}
LANGUAGES = (("zh-hans", gettext_lazy("Chinese")), ("en", gettext_lazy("English")))
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class LongText(forms.CharField):
    """Text of several lines; a line end counts as one character, as in the browser."""

    def __init__(self, *, rows: int = 5, max_length: int = 5_000, **options: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value).replace("\r\n", "\n") if value is not None else value) or ""


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []


class FilesField(forms.FileField):
    """Up to `most` files; cleans to a list of checked uploads."""

    def __init__(self, *, most: int = MAX_FILES, **options: Any) -> None:
        self.most = most
        attrs = {"accept": ACCEPT, "data-max-bytes": settings.UPLOAD_MAX_BYTES}
        super().__init__(widget=FilesInput(attrs=attrs), required=False, help_text=_files_hint(), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        return check_files(data or [], self.most)


def _files_hint() -> Any:
    return gettext_lazy("Up to 5 files of 20 MB: PDF, Word, Excel, PowerPoint, pictures or plain text.")


class AskForm(forms.Form):
    """The request as its asker writes it. While it is only kept as a draft, everything may be missing."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    enterprise: Any = forms.ModelChoiceField(
        label=gettext_lazy("For which enterprise"),
        queryset=Enterprise.objects.none(),
        widget=forms.RadioSelect,
        required=False,
        empty_label=None,
    )
    type = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.RadioSelect)
    category = CategoryField(help_text=gettext_lazy("Leave it open if you are not sure: the desk sorts it."))
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=MAX_SUBJECT,
        help_text=gettext_lazy("At most 200 characters."),
    )
    body = LongText(
        label=gettext_lazy("What do you need?"),
        rows=10,
        max_length=MAX_BODY,
        help_text=gettext_lazy(
            "Say what happened, what you have tried, and until when you need it. Up to 10,000 characters."
        ),
    )
    files = FilesField(label=gettext_lazy("Files"))  # type: ignore[assignment]
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the answer"), choices=LANGUAGES, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, enterprises: list[Enterprise], draft: HelpRequest | None, sending: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enterprises = enterprises
        self.left = _left(draft, enterprises)
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            (value, _("%(type)s: %(hint)s") % {"type": label, "hint": TYPE_HINTS[RequestType(value)]})
            for value, label in RequestType.choices
        ]
        self._offer_enterprises(enterprises, sending)
        self._offer_categories(draft)
        attached = draft.attachments.count() if draft else 0
        self.fields["files"].most = MAX_FILES - attached  # type: ignore[attr-defined]
        if not sending:
            for field in self.fields.values():
                field.required = False

    def _offer_enterprises(self, enterprises: list[Enterprise], sending: bool) -> None:
        """Several: a choice. One: it goes without saying. None: a founder asks as a person."""
        if len(enterprises) < 2 and not (self.left and enterprises):
            del self.fields["enterprise"]
            return
        field = self.fields["enterprise"]
        field.queryset = Enterprise.objects.filter(pk__in=[e.pk for e in enterprises])  # type: ignore[attr-defined]
        field.required = sending
        if self.left:
            field.help_text = _("You no longer act for %(name)s, for which this draft was written.") % {
                "name": self.left.name
            }

    def _offer_categories(self, draft: HelpRequest | None) -> None:
        """Nothing to choose from, no question."""
        offered = category_choices(draft.category_id if draft else None)
        self.fields["category"].choices = offered  # type: ignore[attr-defined]
        if len(offered) == 1:
            del self.fields["category"]

    def clean_form_key(self) -> uuid.UUID | None:
        return self.cleaned_data["form_key"]

    def words(self) -> dict[str, Any]:
        """What save_draft takes, from a valid form."""
        data = self.cleaned_data
        only = self.enterprises[0] if len(self.enterprises) == 1 and self.left is None else None
        return {
            "enterprise": data.get("enterprise") or only or self.left,
            "type": data["type"] or RequestType.CONSULTATION,
            "category": data.get("category"),
            "subject": data["subject"],
            "body": data["body"],
            "language": data["language"] or bilingual.current(),
            "uploads": data["files"],
        }


def _left(draft: HelpRequest | None, enterprises: list[Enterprise]) -> Enterprise | None:
    """The enterprise that a draft was written for, where the person no longer acts for it: nothing goes to another one,
    or out of the person's own name, without being asked."""
    if draft is None or draft.enterprise is None or draft.enterprise in enterprises:
        return None
    return draft.enterprise


class SeenForm(forms.Form):
    """A form that decides on what a page showed: `seen` is the version of the request at that moment."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def act(self) -> dict[str, Any]:
        """The keyword arguments of the verb."""
        return dict(self.cleaned_data)


class ReplyForm(SeenForm):
    text = LongText(label=gettext_lazy("Your message"), max_length=MAX_BODY)
    files = FilesField(label=gettext_lazy("Files"))  # type: ignore[assignment]


class RateForm(SeenForm):
    score = forms.TypedChoiceField(
        label=gettext_lazy("How satisfied are you?"), choices=SCORES, coerce=int, widget=forms.RadioSelect
    )
    solved = forms.ChoiceField(label=gettext_lazy("Was your request solved?"), choices=YES_NO, widget=forms.RadioSelect)
    contacted = forms.ChoiceField(
        label=gettext_lazy("Did somebody contact you in person?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    comment = LongText(label=gettext_lazy("Your comment"), rows=3, max_length=2_000, required=False)

    def act(self) -> dict[str, Any]:
        return rating_in(self.cleaned_data)


def rating_in(data: dict[str, Any]) -> dict[str, Any]:
    """The answers of a rating's form as its verb takes them."""
    contacted = {"yes": True, "no": False}.get(data["contacted"])
    return {**data, "solved": data["solved"] == "yes", "contacted": contacted}


class ReopenForm(SeenForm):
    reason = LongText(label=gettext_lazy("What is still open?"), rows=3, max_length=2_000)


class UnheardForm(SeenForm):
    """It is true whatever has happened since the page was opened, so `seen` decides nothing."""

    text = LongText(label=gettext_lazy("What you want to add"), rows=2, max_length=2_000, required=False)

    def act(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class WithdrawForm(SeenForm):
    reason = LongText(label=gettext_lazy("Reason"), rows=2, max_length=2_000, required=False)
