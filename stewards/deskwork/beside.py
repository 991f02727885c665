"""What this room puts on the desk's pages; a query only where it has something to show."""

import uuid
from functools import cache
from typing import Any

from django.http import QueryDict

from accounts.enums import Role
from accounts.models import User
from stewards.desk.forms import ActForm
from stewards.deskwork import bulk_pages, canned, recording, saved
from stewards.models import HelpRequest


def beside_request(request: HelpRequest) -> dict[str, Any]:
    """Whether whoever asked has to be called; the canned answers, read if an act on the page takes them."""
    return {
        "call_back": recording.is_out_of_reach(request),
        "canned": cache(canned.offered),
        "canned_verbs": canned.TAKING,
    }


def with_canned(sent: ActForm) -> ActForm:
    """The form as it was typed, with the chosen canned answer after the text; nothing is judged yet."""
    form = type(sent)(verb=sent.verb, request=sent.request)
    form.initial = {name: sent.data.get(name, "") for name in form.fields if name != "uploads"}
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
