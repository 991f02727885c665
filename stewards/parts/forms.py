"""The forms of parts; whether an act is possible at all is the rules' business."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import Department, User
from stewards.asking.forms import FilesField, LongText
from stewards.models import HelpRequest, RequestPart
from stewards.parts import dates
from stewards.timewords import day_words
from stewards.transitions import Verb


def able_departments() -> Any:
    """Departments with somebody who takes requests."""
    people = User.objects.with_role(Role.HANDLER).exclude(department=None)
    return Department.objects.filter(pk__in=people.order_by().values("department")).order_by("code")


class DayField(forms.DateField):
    """A working day within the request's own."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=gettext_lazy("Due"), widget=widget, input_formats=["%Y-%m-%d"], **options)

    def within(self, request: HelpRequest) -> None:
        first, last = dates.earliest(), dates.latest(request)
        self.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        self.help_text = _("A working day, %(day)s at the latest.") % {"day": day_words(last)}


class PartForm(forms.Form):
    """What every form of a part is made of; its ids are its own on a page of many forms."""

    def __init__(self, data: Any = None, files: Any = None, *, request: HelpRequest, verb: str, **options: Any) -> None:
        super().__init__(data, files, auto_id=f"{verb}-%s", **options)
        day, department = self.fields.get("due_on"), self.fields.get("department")
        if isinstance(day, DayField):
            day.within(request)
            self.initial.setdefault("due_on", dates.proposed(request))
        if isinstance(department, forms.ModelChoiceField):
            department.queryset = able_departments()

    def facts(self) -> dict[str, Any]:
        """The keyword arguments of the verb."""
        return {"files" if name == "uploads" else name: value for name, value in self.cleaned_data.items()}


def _department() -> Any:
    return forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=Department.objects.none(), empty_label="—")


def _reason(help_text: str | Promise = "") -> LongText:
    return LongText(label=gettext_lazy("Reason"), help_text=help_text, max_length=2_000, rows=3)


class AddForm(PartForm):
    department: Any = _department()
    asked = LongText(
        label=gettext_lazy("What the department is asked to do"),
        help_text=gettext_lazy("The enterprise never sees it; it is told the department and the day."),
    )
    due_on = DayField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:  # what is sent is refused by the verb, with the reason
            busy = [part.department_id for part in options["request"].parts.all() if part.is_live]
            self.fields["department"].queryset = able_departments().exclude(pk__in=busy)  # type: ignore[attr-defined]


class BareForm(PartForm):
    """A button is enough."""


class AnswerForm(PartForm):
    text = LongText(
        label=gettext_lazy("Answer of your department"),
        help_text=gettext_lazy("The steward reads it and puts the answer to the enterprise together."),
        max_length=10_000,
        rows=8,
    )
    uploads = FilesField(label=gettext_lazy("Files"))


class ReturnForm(PartForm):
    reason = _reason(gettext_lazy("The steward reads it, the enterprise does not."))


class TransferForm(PartForm):
    department: Any = _department()
    reason = _reason(gettext_lazy("The department and the steward read it. The due date stays as it is."))


class DecideForm(PartForm):
    department: Any = _department()
    due_on = DayField()
    reason = _reason(gettext_lazy("The department and the steward read it."))


class SendBackForm(PartForm):
    reason = LongText(label=gettext_lazy("What is missing"), max_length=2_000, rows=3)
    due_on = DayField()


class MoveForm(PartForm):
    due_on = DayField()
    reason = _reason()


class WithdrawForm(PartForm):
    reason = _reason(gettext_lazy("The department reads it."))


@dataclass(frozen=True)
class Kind:
    """How an act on a part is named, what its button says, what is said once it is done, and its form."""

    title: str | Promise
    button: str | Promise
    done: str | Promise
    form: type[PartForm]
    is_danger: bool = False

    @property
    def is_bare(self) -> bool:
        return self.form is BareForm


KINDS: dict[Verb, Kind] = {
    Verb.ACCEPT_PART: Kind(
        gettext_lazy("Accept"), gettext_lazy("Accept the part"), gettext_lazy("You have accepted the part."), BareForm
    ),
    Verb.ANSWER_PART: Kind(
        gettext_lazy("Answer"),
        gettext_lazy("Send the answer to the steward"),
        gettext_lazy("The steward has your answer."),
        AnswerForm,
    ),
    Verb.DECIDE_PART: Kind(
        gettext_lazy("Decide which department takes it"),
        gettext_lazy("Give it to the department"),
        gettext_lazy("Decided: the department was told."),
        DecideForm,
    ),
    Verb.TRANSFER_PART: Kind(
        gettext_lazy("Pass on to another department"),
        gettext_lazy("Pass the part on"),
        gettext_lazy("The part was passed on."),
        TransferForm,
    ),
    Verb.RETURN_PART: Kind(
        gettext_lazy("Return to the steward"),
        gettext_lazy("Return the part"),
        gettext_lazy("The part was returned."),
        ReturnForm,
    ),
    Verb.SEND_PART_BACK: Kind(
        gettext_lazy("Ask for more"),
        gettext_lazy("Send the answer back"),
        gettext_lazy("The department was asked for more."),
        SendBackForm,
    ),
    Verb.MOVE_PART: Kind(
        gettext_lazy("Another due date"), gettext_lazy("Set the date"), gettext_lazy("The date was set."), MoveForm
    ),
    Verb.WITHDRAW_PART: Kind(
        gettext_lazy("Withdraw the part"),
        gettext_lazy("Withdraw the part"),
        gettext_lazy("The part was withdrawn."),
        WithdrawForm,
        is_danger=True,
    ),
}


@dataclass(frozen=True)
class Offer:
    """An act that is possible now, with its form."""

    verb: Verb
    kind: Kind
    form: PartForm
    is_open: bool


def form_of(verb: Verb, part: RequestPart, data: Any = None, files: Any = None) -> PartForm:
    initial = {"due_on": part.due_on} if verb == Verb.MOVE_PART else {}
    return KINDS[verb].form(data, files, request=part.request, verb=verb, initial=initial)
