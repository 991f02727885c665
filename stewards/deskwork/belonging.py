"""Whose a request is that was taken down for somebody unknown: found out later by the desk.

A founder has an enterprise at last, a caller an account: the request is linked to it, so that its people read it and
are told. They get rights by it, so a person is linked only to what they act for, nobody links to themselves, everybody
concerned is told, and the service centre can take it back: the request is then nobody's again, as before.
"""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise, Membership
from portal.core import bilingual
from portal.core.access import Refused
from stewards import messages as told
from stewards import rules
from stewards.acts import Act, acting
from stewards.assignment.finding import place
from stewards.deskwork import messages, recording
from stewards.enums import EventKind, RequestState
from stewards.models import HelpRequest
from stewards.queries import asking_people
from stewards.timeline import both_names
from stewards.transitions import Verb


def is_open_to(request: HelpRequest) -> tuple[bool, bool]:
    """Whether an enterprise can still be linked, and whether an account."""
    return request.enterprise_id is None, request.asker.email == recording.NO_ACCOUNT


def link(
    request: HelpRequest, *, by: Any, enterprise: Enterprise | None = None, email: str = "", seen: int | None = None
) -> HelpRequest:
    """The request is this enterprise's, or this person's, or both; if nobody has it yet, it goes to their steward."""
    person = _person(email, by) if email.strip() else None
    if enterprise is None and person is None:
        raise Refused(_("Choose an enterprise, or write the e-mail address of an account."))
    with acting(Verb.LINK, request, by=by, seen=seen) as act:
        _check(act.request, enterprise, person)
        before = {"enterprise": act.request.enterprise_id, "asker": act.request.asker_id}
        if enterprise is not None:
            act.change(enterprise=enterprise)
            person = person or (recording.owner_of(enterprise) if is_open_to(act.request)[1] else None)
        if person is not None:
            act.change(asker=person)
        act.record(EventKind.IDENTIFIED, data={"whose": _whose(enterprise, person), "held": before})
        act.tell(asking_people(act.request), messages.identified, urgent=True)
        _hand_out(act)
    return act.request


def unlink(request: HelpRequest, *, by: Any, reason: str, seen: int | None = None) -> HelpRequest:
    """Take the last link back; whoever read the request by it reads it no longer, and is told so."""
    if not reason.strip():
        raise Refused(_("Say why the link was wrong."))
    with acting(Verb.UNLINK, request, by=by, seen=seen) as act:
        linked = rules.linked_last(act.request)
        assert linked is not None  # or the verb would have been refused
        people, held = asking_people(act.request), linked.data["held"]
        act.change(
            enterprise=Enterprise.objects.filter(pk=held["enterprise"]).first(),
            asker=User.objects.get(pk=held["asker"]),
        )
        data = {"whose": linked.data["whose"]}
        act.record(EventKind.MISTAKEN, text=reason.strip(), internal=True, data=data)
        still = {person.pk for person in asking_people(act.request)}
        act.tell([person for person in people if person.pk not in still], messages.mistaken, urgent=True)
    return act.request


def _person(email: str, by: User) -> User:
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise Refused(_("There is no account with this e-mail address."))
    if person.pk == by.pk:
        raise Refused(_("You cannot make a request your own."))
    return person


def _check(request: HelpRequest, enterprise: Enterprise | None, person: User | None) -> None:
    """Nothing is linked twice, and nobody to an enterprise that they do not act for."""
    no_enterprise, no_account = is_open_to(request)
    if enterprise is not None and not no_enterprise:
        raise Refused(_("This request is already linked to an enterprise."))
    if person is not None and not no_account:
        raise Refused(_("This request is already linked to an account."))
    if person is not None and person.pk == request.recorded_by_id:
        raise Refused(_("Whoever took a request down cannot be the one who asked."))
    whose = enterprise or request.enterprise
    asker = person or (None if no_account else request.asker)
    if whose and asker and not Membership.objects.active().filter(enterprise=whose, user=asker).exists():
        words = _("%(name)s does not act for %(enterprise)s in this portal: link the request to one of the two.")
        raise Refused(words % {"name": asker.name, "enterprise": whose})


def _whose(enterprise: Enterprise | None, person: User | None) -> dict[str, str]:
    """The names of what was linked, in both languages."""
    names = [both_names(each) for each in (enterprise, person) if each is not None]
    return {language: " · ".join(filter(None, (each[language] for each in names))) for language in bilingual.LANGUAGES}


def _hand_out(act: Act) -> None:
    """To the steward of the enterprise that is known now, where nobody had the request."""
    if act.request.state != RequestState.SUBMITTED or not (found := place(act)):
        return
    act.change(state=RequestState.ASSIGNED)
    act.record(EventKind.ASSIGNED, data={"steward": both_names(act.request.steward), **found.data})
    act.tell([act.request.handler], told.new_on_desk, urgent=True)
    act.tell(asking_people(act.request), told.assigned, urgent=True)
