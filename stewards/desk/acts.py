"""The acts that the desk offers on a request: their words, their forms, and the verbs behind them."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.access import Denied
from portal.core.forms import drawn
from stewards import rules, workflow
from stewards.desk.forms import FORMS, ActForm
from stewards.escalation.forms import FORMS as ESCALATING
from stewards.models import HelpRequest
from stewards.transitions import Verb


@dataclass(frozen=True)
class Words:
    """How an act is named, what its button says, and what is said once it is done."""

    title: str | Promise
    button: str | Promise
    done: str | Promise


FORMS.update(ESCALATING)
WORDS: dict[Verb, Words] = {
    Verb.ACCEPT: Words(_("Accept"), _("Accept the request"), _("You have accepted %(number)s.")),
    Verb.ANSWER: Words(_("Answer"), _("Send the answer"), _("The answer to %(number)s was sent.")),
    Verb.CONTACT: Words(_("Write to the enterprise"), _("Send the message"), _("The message was sent.")),
    Verb.ASK_BACK: Words(
        _("Ask the enterprise"),
        _("Send the question"),
        _("The question was sent; the clock stands still until the reply."),
    ),
    Verb.REFER: Words(_("Refer to a department"), _("Refer the request"), _("%(number)s was referred.")),
    Verb.GIVE_BACK: Words(
        _("Return to the steward"), _("Return the request"), _("%(number)s was returned to its steward.")
    ),
    Verb.DECIDE: Words(
        _("Decide which department takes it"),
        _("Give it to the department"),
        _("%(number)s was given to the department."),
    ),
    Verb.NOTE: Words(_("Internal note"), _("Keep the note"), _("The note was kept.")),
    Verb.ASK_TIME: Words(
        _("Ask for more time"),
        _("Ask for it"),
        _("You have asked for more time; the date stays until another person has decided."),
    ),
    Verb.WRITE_RATING: Words(
        _("Write down a rating by telephone"), _("Keep the rating"), _("The rating of %(number)s is kept.")
    ),
    Verb.CLOSE: Words(_("Close the request"), _("Close the request"), _("%(number)s is closed.")),
    Verb.DECLINE: Words(
        _("Decline"), _("Decline the request"), _("%(number)s was not accepted; the enterprise was told why.")
    ),
    Verb.REPORT: Words(_("Report on an instruction"), _("Send the report"), _("The leader was sent your report.")),
    Verb.RENEW: Words(_("Set a new date"), _("Tell the enterprise the new date"), _("The enterprise was told.")),
    Verb.INSTRUCT: Words(_("Give an instruction"), _("Send the instruction"), _("Steward and handler were told.")),
    Verb.SUPERVISE: Words(
        _("Supervised handling"), _("Order supervised handling"), _("%(number)s is under supervised handling.")
    ),
    Verb.RELEASE: Words(
        _("End supervised handling"),
        _("End supervised handling"),
        _("The supervised handling of %(number)s has ended."),
    ),
    Verb.ASSIGN: Words(_("Assign to a steward"), _("Assign the request"), _("%(number)s was assigned.")),
}


TELLING = frozenset({Verb.ANSWER, Verb.CONTACT, Verb.ASK_BACK, Verb.DECLINE, Verb.RENEW})  # whoever asked is told
KEYS: dict[Verb, str] = {
    Verb.ANSWER: "r",
    Verb.CONTACT: "m",
    Verb.ASK_BACK: "q",
    Verb.NOTE: "n",
    Verb.REFER: "t",
    Verb.ASK_TIME: "o",
    Verb.CLOSE: "c",
}
RARE = (Verb.GIVE_BACK, Verb.DECIDE, Verb.WRITE_RATING)


@dataclass(frozen=True)
class Offer:
    """An act that is possible now, with its form."""

    verb: Verb
    words: Words
    form: ActForm

    @property
    def bare(self) -> bool:
        return not self.form.fields

    @property
    def drawn(self) -> str:
        return drawn(self.form)

    @property
    def key(self) -> str:
        """On the keyboard: templates/desk/_keys.html."""
        return KEYS.get(self.verb, "")

    @property
    def is_danger(self) -> bool:
        return self.verb == Verb.DECLINE


def offers(
    user: Any, request: HelpRequest, sent: ActForm | None = None
) -> tuple[list[Offer], list[tuple[Words, Denied]]]:
    """What the person can do with the request now, and what not, with the reason; `sent` takes its form's place."""
    possible: list[Offer] = []
    refused: list[tuple[Words, Denied]] = []
    for verb, words in WORDS.items():
        verdict = rules.may(user, verb, request)
        if isinstance(verdict, Denied):
            if verb not in ESCALATING and verb not in RARE:  # what few people ever do is no news to the others
                refused.append((words, verdict))
        else:
            form = sent if sent and sent.verb == verb else FORMS[verb](verb=verb, request=request)
            possible.append(Offer(verb, words, form))
    return possible, refused


def perform(form: ActForm, *, by: Any, seen: int) -> HelpRequest:
    """Call the verb with what its form cleaned; a note is taken whatever version the page showed."""
    facts = form.act() if form.verb == Verb.NOTE else {**form.act(), "seen": seen}
    done: HelpRequest = getattr(workflow, form.verb)(form.request, by=by, **facts)
    return done
