"""What officials are told about interpretations; all of it can wait for the daily digest."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from notices.workflow import Text, notify
from policies.enums import InterpretationState
from policies.interpretation.naming import title_of
from policies.models import Interpretation


def tell_reviewers(found: Interpretation, by: User) -> None:
    for person in User.objects.with_role(Role.REVIEWER).exclude(pk__in=[by.pk, found.author_id]):
        notify(person, key=_key("review", found, person), kind="policy_review", text=lambda: _review_text(found, by))


def tell_author(found: Interpretation, by: User) -> None:
    """That it was published, withdrawn, or came back."""
    if found.author_id == by.pk:
        return
    texts = {InterpretationState.PUBLISHED: _published_text, InterpretationState.WITHDRAWN: _withdrawn_text}
    text = texts.get(InterpretationState(found.state), _returned_text)
    notify(
        found.author,
        key=_key(found.state, found, found.author),
        kind=f"policy_{found.state}",
        text=lambda: text(found, by),
    )


def _key(what: str, found: Interpretation, person: User) -> str:
    """Unique for each time one comes round: sent, returned and sent again are three messages."""
    return f"interpretation:{what}:{found.pk}:{found.comments.count()}:{person.pk}"


def _review_text(found: Interpretation, by: User) -> Text:
    return Text(
        _("Interpretation to review: %(title)s") % {"title": title_of(found)},
        _("%(name)s has sent this interpretation to review.") % {"name": by.name},
        reverse("publishing:interpretation-review", args=[found.pk]),
    )


def _published_text(found: Interpretation, by: User) -> Text:
    return Text(
        _("Interpretation published: %(title)s") % {"title": title_of(found)},
        _("%(name)s has published the interpretation that you wrote.") % {"name": by.name},
        reverse("publishing:interpretation-review", args=[found.pk]),
    )


def _withdrawn_text(found: Interpretation, by: User) -> Text:
    said = found.comments.last()
    return Text(
        _("Interpretation withdrawn: %(title)s") % {"title": title_of(found)},
        _("%(name)s has withdrawn the interpretation that you wrote.") % {"name": by.name}
        + (f"\n\n{said.text}" if said and said.text else ""),
        reverse("publishing:interpretation-review", args=[found.pk]),
    )


def _returned_text(found: Interpretation, by: User) -> Text:
    return Text(
        _("Interpretation returned with comments: %(title)s") % {"title": title_of(found)},
        _("%(name)s has returned the interpretation that you wrote, with comments.") % {"name": by.name},
        reverse("publishing:interpretation-edit", args=[found.pk]),
    )
