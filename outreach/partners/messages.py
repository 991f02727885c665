"""What contacts and those who look after a memorandum are told."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from notices.workflow import Text, notify, write_to
from outreach.models import Amendment, JointTask, Memorandum, PartnerContact
from outreach.partners.queries import contacts_of
from outreach.rules import READERS
from portal.core.templatetags.ui import day_plain


def invited(contact: PartnerContact, *, asked_at: datetime) -> None:
    """To the address, whether or not it has an account."""
    write_to(
        contact.email,
        user=contact.user,
        language=contact.user.language if contact.user else "zh-hans",
        key=f"partner-contact:{contact.pk}:{asked_at:%Y%m%d%H}",
        kind="partner.contact",
        text=lambda: _invited(contact),
    )


def _invited(contact: PartnerContact) -> Text:
    facts = {"partner": contact.partner.name, "email": contact.email, "name": contact.name}
    if contact.user:
        body = _(
            "%(name)s, you are now a contact of %(partner)s on the portal: its memoranda, joint tasks and packages are "
            "in your partner room."
        )
    else:
        body = _(
            "%(name)s, you were named as a contact of %(partner)s. Sign in with this address, %(email)s, or open an "
            "account with it: the partner's memoranda and joint tasks are then in your partner room. If this means "
            "nothing to you, do nothing."
        )
    return Text(_("Contact of %(partner)s") % facts, body % facts, reverse("partners:own"))


def ending(memorandum: Memorandum, *, days: int, left: int) -> int:
    """So many days or less before its end; once for each of the marks, however often it is asked for."""
    key = f"memorandum:{memorandum.pk}:ends:{memorandum.ends_on}:{days}"
    return _tell_all(memorandum, key, lambda: _ending(memorandum, left))


def _ending(memorandum: Memorandum, left: int) -> tuple[str, str]:
    facts = {"title": memorandum.title, "day": day_plain(memorandum.ends_on), "count": left}
    subject = ngettext("%(title)s ends in %(count)s day", "%(title)s ends in %(count)s days", left)
    if left == 0:
        subject = _("%(title)s ends today")
    body = _("The memorandum ends on %(day)s. If it shall go on, agree on its renewal now.")
    return subject % facts, body % facts


def ended(memorandum: Memorandum) -> int:
    key = f"memorandum:{memorandum.pk}:ended:{memorandum.ends_on}"
    return _tell_all(memorandum, key, lambda: _ended(memorandum))


def _ended(memorandum: Memorandum) -> tuple[str, str]:
    facts = {"title": memorandum.title, "day": day_plain(memorandum.ends_on)}
    body = _("The memorandum ended on %(day)s. Its texts and reviews stay readable.") % facts
    return _("%(title)s has ended") % facts, "\n\n".join(part for part in (body, memorandum.ended_why) if part)


def signed(memorandum: Memorandum) -> int:
    key = f"memorandum:{memorandum.pk}:signed"
    return _tell_all(memorandum, key, lambda: _signed(memorandum))


def _signed(memorandum: Memorandum) -> tuple[str, str]:
    facts = {"title": memorandum.title, "first": day_plain(memorandum.begins_on), "last": day_plain(memorandum.ends_on)}
    return _("Signed: %(title)s") % facts, _("It holds from %(first)s to %(last)s.") % facts


def amended(memorandum: Memorandum, amendment: Amendment) -> int:
    key = f"memorandum:{memorandum.pk}:amended:{amendment.number}"
    return _tell_all(memorandum, key, lambda: _amended(memorandum, amendment))


def _amended(memorandum: Memorandum, amendment: Amendment) -> tuple[str, str]:
    facts = {"title": memorandum.title, "why": amendment.why}
    body = _("The memorandum was amended: %(why)s What held before can still be read on its page.")
    return _("Amended: %(title)s") % facts, body % facts


def review_due(memorandum: Memorandum, year: int) -> int:
    """To the district's side, who writes it, and to the contacts, who are asked what came of it."""
    return _tell_all(memorandum, f"memorandum:{memorandum.pk}:review:{year}", lambda: _review_due(memorandum, year))


def _review_due(memorandum: Memorandum, year: int) -> tuple[str, str]:
    facts = {"title": memorandum.title, "year": year}
    body = _(
        "%(year)s is over: say together what came of the memorandum in that year, in both languages. The district's "
        "side writes the review."
    )
    return _("Yearly review due: %(title)s") % facts, body % facts


def task_changed(task: JointTask, *, by: User) -> None:
    """To the other side: the contacts when the district changed it, and the other way round."""
    memorandum = task.memorandum
    contacts = [contact.user for contact in contacts_of(memorandum) if contact.user]
    by_partner = by.pk in {person.pk for person in contacts}
    others = keepers(memorandum) if by_partner else contacts
    for person in others:
        notify(
            person,
            key=f"joint-task:{task.pk}:{task.changed_at:%Y%m%dT%H%M%S%f}:{person.pk}",
            kind="partner.task",
            text=partial(_task, task, _page(memorandum, person)),
        )


def _task(task: JointTask, page: str) -> Text:
    facts = {"task": task.title, "percent": task.progress, "state": task.get_state_display(), "note": task.note}
    body = _("%(state)s, %(percent)s%% done. %(note)s") % facts
    return Text(_("Joint task: %(task)s") % facts, body.strip(), page)


def keepers(memorandum: Memorandum) -> list[User]:
    """Who looks after it on the district's side; the service centre while nobody does."""
    steward = memorandum.steward
    if steward is not None and steward.has_role(*READERS):
        return [steward]
    return list(User.objects.with_role(Role.ADMIN).order_by("pk"))


def _tell_all(memorandum: Memorandum, key: str, say: Callable[[], tuple[str, str]]) -> int:
    """Everybody on both sides, each once; returns how many are new."""
    contacts = (contact.user for contact in contacts_of(memorandum))
    told = 0
    for person in _once([*keepers(memorandum), *(user for user in contacts if user)]):
        text = partial(_text, say, _page(memorandum, person))
        told += notify(person, key=f"{key}:{person.pk}", kind="partner.memorandum", text=text) is not None
    return told


def _text(say: Callable[[], tuple[str, str]], page: str) -> Text:
    subject, body = say()
    return Text(subject, body, page)


def _once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())


def _page(memorandum: Memorandum, person: User) -> str:
    """The page on which this person reads it."""
    of_desk = person.has_role(*READERS)
    return reverse("partners:memorandum" if of_desk else "partners:own-memorandum", args=[memorandum.pk])
