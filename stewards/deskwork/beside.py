"""What this room puts on the desk's pages; a query only where it has something to show."""

import uuid
from functools import cache, partial
from typing import Any

from django.http import QueryDict

from accounts.enums import Role
from accounts.models import User
from stewards.desk.forms import ActForm
from stewards.deskwork import bulk_pages, callers, canned, saved
from stewards.models import HelpRequest


def beside_request(request: HelpRequest) -> dict[str, Any]:
    """Whether whoever asked has to be called; the canned answers, read if an act on the page takes them."""
    return {
        "call_back": callers.is_out_of_reach(request),
        "caller_mail": callers.address_of(request),
        "canned": cache(partial(canned.offered, request)),
        "canned_verbs": canned.TAKING,
    }


def as_typed(sent: ActForm) -> ActForm:
    """The form with what was typed; nothing is judged yet."""
    form = type(sent)(verb=sent.verb, request=sent.request, typed=sent.data)
    names = (name for name in form.fields if name != "uploads")
    form.initial = {name: form.fields[name].widget.value_from_datadict(sent.data, {}, name) for name in names}
    return form


def with_canned(sent: ActForm) -> ActForm:
    """The same with the chosen canned answer after the text."""
    form = as_typed(sent)
    form.initial["text"] = canned.inserted(form.initial["text"], sent.data.get("canned", ""), sent.request)
    return form


def beside_queue(user: User, address: QueryDict) -> dict[str, Any]:
    """The saved views, read only for those who work here, and the acts on ticked requests."""
    if not user.has_role(Role.STEWARD, Role.HANDLER, Role.ADMIN):
        return {"works": False}
    return {
        "works": True,
        "keeps": bool(canned.may_keep(user)),
        "saved_views": saved.names_of(user),
        "query": saved.query_of(address),
        "bulk_verbs": bulk_pages.verbs_for(user),
        "bulk_key": uuid.uuid4(),
    }
