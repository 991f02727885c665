"""What the messages about visits say; called in the receiver's language. Nothing here names who made a request."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from engagement.enums import Contact
from engagement.models import Promise, Visit
from engagement.words import when_of
from notices.workflow import Text
from portal.core.templatetags.ui import day_plain

Subject = str


def to_enterprise(visit: Visit, subject: Subject, *paragraphs: str) -> Text:
    return _compose(visit, subject, paragraphs, reverse("contacts:visit", args=[visit.pk]), visit.purpose)


def to_visitor(visit: Visit, subject: Subject, *paragraphs: str) -> Text:
    about = _("%(purpose)s, at %(enterprise)s") % {"purpose": visit.purpose, "enterprise": visit.enterprise.name}
    return _compose(visit, subject, paragraphs, reverse("visits:detail", args=[visit.pk]), about)


def _compose(visit: Visit, subject: Subject, paragraphs: tuple[str, ...], url: str, about: str) -> Text:
    facts = _("%(when)s, %(place)s") % {"when": when_of(visit), "place": visit.place}
    title = _("%(what)s: %(purpose)s") % {"what": subject, "purpose": visit.purpose}
    return Text(title, "\n\n".join([about, facts, *(p for p in paragraphs if p)]), url)


def asked(visit: Visit, text: str) -> Text:
    choice = _("You can confirm, propose another time, or decline without giving a reason.")
    return to_enterprise(visit, _("We would like to visit you"), _who(visit), choice)


def asked_by_enterprise(visit: Visit, text: str) -> Text:
    return to_visitor(visit, _("An enterprise asks for a visit"), visit.details, _("Please answer it."))


def confirmed(visit: Visit, text: str) -> Text:
    return to_visitor(visit, _("The visit is confirmed"), text)


def confirmed_to_enterprise(visit: Visit, text: str) -> Text:
    return to_enterprise(visit, _("Your visit is confirmed"), _who(visit), text)


def declined(visit: Visit, text: str) -> Text:
    peace = _("Please do not ask again soon: the contact guard keeps the enterprise in peace for some time.")
    if visit.asked_by != Contact.GOVERNMENT:
        peace = ""
    return to_visitor(visit, _("The enterprise has declined the visit"), text, peace)


def declined_to_enterprise(visit: Visit, text: str) -> Text:
    return to_enterprise(visit, _("We cannot come as you asked"), text)


def moved(visit: Visit, text: str) -> Text:
    return to_visitor(visit, _("The enterprise proposes another time"), text, _("Please answer it."))


def moved_to_enterprise(visit: Visit, text: str) -> Text:
    return to_enterprise(visit, _("We propose another time"), text, _("Please tell us whether it suits you."))


def paused(visit: Visit, last: date) -> Text:
    until = _("The enterprise asks for quiet until %(last)s. It has nothing to answer; the visit is on hold.")
    then = _("Choose a day after that and ask again then, or cancel the visit.")
    return to_visitor(visit, _("Your visit is on hold"), until % {"last": day_plain(last)}, then)


def joined(visit: Visit, text: str) -> Text:
    once = _("You need not do anything: it stays one visit.")
    return to_enterprise(visit, _("Another department joins the visit"), text, once)


def joined_to_visitor(visit: Visit, text: str) -> Text:
    return to_visitor(visit, _("Another department joins your visit"), text)


def cancelled(visit: Visit, text: str) -> Text:
    return to_visitor(visit, _("The visit is cancelled"), text)


def cancelled_to_enterprise(visit: Visit, text: str) -> Text:
    return to_enterprise(visit, _("The visit is cancelled"), text, _("You need not do anything."))


def recorded(visit: Visit, text: str) -> Text:
    why = _("It is law enforcement: it is recorded here so that your record is complete, and not counted.")
    return to_enterprise(visit, _("A visit was recorded"), why)


def write_it_up(visit: Visit, text: str) -> Text:
    ask = _("Please write down who was there, what was asked, and what was promised.")
    return to_visitor(visit, _("A visit is not written up yet"), ask)


def promise_open(visit: Visit, promise: Promise) -> Text:
    words = _("“%(promise)s” was promised and is no request yet: nobody has a date for it.") % {"promise": promise.text}
    return to_visitor(visit, _("A promise without a request"), words, _("Please finish the write-up of the visit."))


def _who(visit: Visit) -> str:
    if visit.organiser is None:
        return ""
    facts = {"name": visit.organiser.name, "department": visit.department.name if visit.department else ""}
    if not visit.department:
        return _("%(name)s visits you.") % facts
    return _("%(name)s of %(department)s visits you.") % facts
