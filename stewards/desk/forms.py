"""The forms of the acts on a request; whether an act is possible at all is the rules' business."""

from copy import deepcopy
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import Department, User
from stewards.asking.forms import FilesField, LongText, RateForm, rating_in
from stewards.deskwork import canned
from stewards.deskwork.card_field import CardsField, not_too_many
from stewards.deskwork.follow_ups import Shelf
from stewards.enums import Ground
from stewards.models import HelpRequest, TimeAsk
from stewards.models.standard import LONGEST_STANDARD
from stewards.parts import passing_on, standing
from stewards.relations import mentions
from stewards.transitions import Verb

MAX_TEXT = 10_000


class ActForm(forms.Form):
    """What every act's form is made of: it knows the request, and its ids are its own on a page of many forms."""

    shelf: Shelf | None = None  # records of the portal that go with it, where an act takes some

    def __init__(
        self, data: Any = None, files: Any = None, *, verb: str, request: HelpRequest, typed: Any = None
    ) -> None:
        """typed: what somebody typed and nobody has judged yet."""
        self.verb, self.request, self.sent = verb, request, data if typed is None else typed
        super().__init__(data, files, auto_id=f"{verb}-%s")

    @property
    def typed(self) -> str:
        """The words that a person wrote, to be shown again when they can no longer be sent."""
        names = (name for name, field in self.fields.items() if isinstance(field, LongText))
        return "\n\n".join(filter(None, (self.data.get(name, "").strip() for name in names)))

    def clean_text(self) -> str:
        """Nothing half filled in goes to an enterprise."""
        left = canned.unfilled(self.cleaned_data["text"]) if self.verb in canned.TAKING else []
        if left:
            raise forms.ValidationError(_("Fill in what is still open: %(left)s") % {"left": " ".join(left)})
        return str(self.cleaned_data["text"])

    def act(self) -> dict[str, Any]:
        """The keyword arguments of the verb."""
        return {"files" if name == "uploads" else name: value for name, value in self.cleaned_data.items()}


class BareForm(ActForm):
    """A button is enough."""


class ContactForm(ActForm):
    text = LongText(label=gettext_lazy("Message to the enterprise"), max_length=MAX_TEXT)
    uploads = FilesField(label=gettext_lazy("Files"))


class AskBackForm(ActForm):
    text = LongText(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy("The clock stands still until the reply: ask only what you cannot do without."),
        max_length=MAX_TEXT,
    )
    uploads = FilesField(label=gettext_lazy("Files"))


class NoteForm(ActForm):
    text = LongText(label=gettext_lazy("Note"), help_text=gettext_lazy("The enterprise never sees it."), rows=3)
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Also tell"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        help_text=gettext_lazy("They get a message. Or write @ and the name in the note."),
    )
    uploads = FilesField(label=gettext_lazy("Files"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["also"].choices = partial(mentions.choices, self.request)  # type: ignore[attr-defined]

    def act(self) -> dict[str, Any]:
        facts = super().act()
        keys = {*facts["also"], *mentions.named_in(facts["text"], self.request)}
        return facts | {"also": list(User.objects.filter(pk__in=keys)) if keys else []}


class AnswerForm(ActForm):
    text = LongText(label=gettext_lazy("Answer"), rows=8, max_length=MAX_TEXT)
    uploads = FilesField(label=gettext_lazy("Files"))
    cards = CardsField(
        label=gettext_lazy("Other follow-ups"),
        help_text=gettext_lazy(
            "What the portal does not know, a line each: an address with a title after it, “Place: name | address | "
            "telephone | address of a page” or “Event: title | 2026-12-01 14:00 | where | address of a page”. A name "
            "in both languages: 中文 / English. The address of a page of this portal is enough by itself."
        ),
        rows=2,
        max_length=2_000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_chinese, in_english = _("The enterprise wants it in Chinese."), _("The enterprise wants it in English.")
        self.fields["text"].help_text = in_chinese if self.request.language == "zh-hans" else in_english
        self.shelf = Shelf(self.sent)
        self.initial.setdefault("text", standing.combined(self.request))
        files = passing_on.choices(self.request)
        if files:
            self.fields["part_files"] = forms.MultipleChoiceField(
                label=_("Files of the departments that go with the answer"),
                choices=files,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "cards" in data and self.shelf is not None:
            try:
                data["cards"] = self.shelf.kept() + data["cards"]
                not_too_many(data["cards"])
            except forms.ValidationError as refused:
                self.add_error("cards", refused)
        return data


class ReferForm(ActForm):
    department: Any = forms.ModelChoiceField(
        label=gettext_lazy("Department"), queryset=Department.objects.none(), empty_label="—"
    )
    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The department and the enterprise read it."),
        max_length=2_000,
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.exclude(pk=self.request.department_id)  # type: ignore[misc]


class GiveBackForm(ActForm):
    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The steward reads it, the enterprise does not."),
        max_length=2_000,
        rows=3,
    )


class DecideForm(ReferForm):
    """The service centre's word on whose the whole request is."""


class AskTimeForm(ActForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is asked for"),
        choices=[
            (TimeAsk.Kind.EXTENSION, gettext_lazy("An extension by some working days")),
            (TimeAsk.Kind.COMPLEX, gettext_lazy("Approval as a complex request, with the longer time of the standard")),
        ],
        widget=forms.RadioSelect,
        initial=TimeAsk.Kind.EXTENSION,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Working days more"),
        help_text=gettext_lazy("For an extension only."),
        min_value=1,
        max_value=LONGEST_STANDARD,
        required=False,
    )
    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The enterprise reads it when more time is given. Another person decides."),
        max_length=2_000,
        rows=3,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == TimeAsk.Kind.EXTENSION and not data.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say how many working days more are needed."))
        return data


class DeclineForm(ActForm):
    ground = forms.ChoiceField(label=gettext_lazy("Legal ground"), choices=[("", "—"), *Ground.choices])
    law = forms.CharField(
        label=gettext_lazy("Law or rule"),
        help_text=gettext_lazy("Needed for another legal ground: its name and article."),
        max_length=300,
        required=False,
    )
    where_instead = LongText(
        label=gettext_lazy("Where to go instead"),
        help_text=gettext_lazy(
            "The enterprise reads it: name the office, its telephone or its address; for a duplicate the number of the "
            "other request."
        ),
        max_length=2_000,
        rows=3,
    )


class SpokenRatingForm(ActForm):
    """The questions of the enterprise's own form, read out to a caller without an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = RateForm.base_fields
        self.fields |= {name: deepcopy(questions[name]) for name in ("score", "solved", "contacted", "comment")}
        self.fields["score"].help_text = _("Call, read the questions out, and write down what the caller says.")

    def act(self) -> dict[str, Any]:
        return rating_in(self.cleaned_data)


class AssignForm(ActForm):
    steward: Any = forms.ModelChoiceField(
        label=gettext_lazy("Service steward"), queryset=User.objects.none(), empty_label="—"
    )
    note = LongText(
        label=gettext_lazy("Note for the steward"),
        help_text=gettext_lazy("The enterprise never sees it."),
        max_length=2_000,
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stewards = User.objects.with_role(Role.STEWARD).exclude(pk=self.request.steward_id)  # type: ignore[misc]
        field: Any = self.fields["steward"]
        field.queryset = stewards.select_related("department").order_by("department__code", "pk")
        field.label_from_instance = _person_words


def _person_words(user: User) -> str:
    return f"{user.name} · {user.department.name}" if user.department else user.name


FORMS: dict[Verb, type[ActForm]] = {
    Verb.ACCEPT: BareForm,
    Verb.ANSWER: AnswerForm,
    Verb.CONTACT: ContactForm,
    Verb.ASK_BACK: AskBackForm,
    Verb.REFER: ReferForm,
    Verb.GIVE_BACK: GiveBackForm,
    Verb.DECIDE: DecideForm,
    Verb.NOTE: NoteForm,
    Verb.ASK_TIME: AskTimeForm,
    Verb.CLOSE: BareForm,
    Verb.DECLINE: DeclineForm,
    Verb.WRITE_RATING: SpokenRatingForm,
    Verb.ASSIGN: AssignForm,
}
