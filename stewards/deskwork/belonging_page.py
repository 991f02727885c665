"""The page that says whose a request is that was taken down for somebody unknown, and takes it back again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from portal.core.access import Refused
from stewards import rules
from stewards.asking.forms import LongText
from stewards.deskwork import belonging
from stewards.deskwork.finding import FinderForm
from stewards.deskwork.record_page import on_desk
from stewards.models import HelpRequest
from stewards.relations.views import crumbs, load
from stewards.transitions import Verb


class LinkForm(FinderForm):
    """An enterprise of the directory, an account, or both."""

    none = gettext_lazy("No enterprise")

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    enterprise = forms.ChoiceField(
        label=gettext_lazy("Enterprise"),
        help_text=gettext_lazy("Everybody who acts for it reads the request from then on."),
        widget=forms.RadioSelect,
        required=False,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the account"),
        help_text=gettext_lazy("Of whoever asked, as they gave it to you: this person reads the request and is told."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class UnlinkForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    reason = LongText(
        label=gettext_lazy("Why the link was wrong"),
        help_text=gettext_lazy("Those who were linked never see it; they are told that it was a mistake."),
        max_length=2_000,
        rows=2,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def whose(request: SignedInRequest, number: str) -> HttpResponse:
    """`action` says which: find, link, unlink."""
    asked, action = load(request, number), request.POST.get("action", "")
    may = {verb: rules.may(request.user, verb, asked) for verb in (Verb.LINK, Verb.UNLINK)}
    if asked.recorded_by_id is None or not any(may.values()):
        raise Http404
    first = {"seen": asked.lock_version}
    link = LinkForm(request.POST) if action == "link" else LinkForm(initial={**request.POST.dict(), **first})
    unlink = UnlinkForm(request.POST if action == "unlink" else None, initial=first, auto_id="unlink-%s")
    sent = {"link": link, "unlink": unlink}.get(action)
    if sent is not None and sent.is_valid():
        try:
            messages.success(request, _done(asked, sent, by=request.user))
            return redirect("desk:request", number)
        except Refused as refused:
            sent.add_error(None, str(refused))
    takes = belonging.is_open_to(asked)
    context = {
        "asked": asked,
        "link": link if may[Verb.LINK] and any(takes) else None,
        "takes_enterprise": takes[0],
        "takes_account": takes[1],
        "unlink": unlink if may[Verb.UNLINK] else None,
        "crumbs": crumbs(number),
    }
    return render(request, "deskwork/whose.html", context, status=422 if sent is not None else 200)


def _done(asked: HelpRequest, form: Any, *, by: Any) -> str:
    data = form.cleaned_data
    if isinstance(form, UnlinkForm):
        belonging.unlink(asked, by=by, reason=data["reason"], seen=data["seen"])
        return _("The link is taken back; whoever read the request by it was told.")
    belonging.link(asked, by=by, enterprise=form.enterprise_found, email=data["email"], seen=data["seen"])
    return _("The request is linked; its people were told.")
