"""What is told of consultations. All of it can wait for the daily digest."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from notices.workflow import Text, compose, notify, post_all
from policies.consultation.enums import Stage
from policies.models import Consultation


def tell_reviewers(consultation: Consultation, by: User) -> None:
    """Of a draft, or of answers, those who may review them."""
    wrote = consultation.writers if consultation.stage == Stage.IN_REVIEW else consultation.answerers
    for person in User.objects.with_role(Role.REVIEWER).exclude(pk__in=[by.pk, *wrote]):
        notify(
            person,
            key=_key("review", consultation, person),
            kind="policy_consultation_review",
            text=lambda: _review_text(consultation, by),
        )


def tell_author(consultation: Consultation, by: User, what: str) -> None:
    """`what`: returned, published or answered."""
    texts: dict[str, Callable[[], Text]] = {
        "returned": lambda: _to_author(
            _("Returned with a remark: %(title)s"),
            _("%(name)s has returned it to those who write it."),
            consultation,
            by,
        ),
        "published": lambda: _to_author(
            _("Published for comment: %(title)s"), _("%(name)s has published the draft."), consultation, by
        ),
        "answered": lambda: _to_author(
            _("Answers published: %(title)s"), _("%(name)s has published the answers."), consultation, by
        ),
    }
    if consultation.author_id != by.pk:
        key = _key(what, consultation, consultation.author)
        notify(consultation.author, key=key, kind=f"policy_consultation_{what}", text=texts[what])


def tell_commenters(consultation: Consultation) -> None:
    """Those who commented signed in, once each: what was said, and what we did."""
    people = User.objects.filter(is_active=True, pk__in=consultation.submissions.values("author"))
    post_all(
        [
            compose(
                person,
                key=f"consultation:answers:{consultation.pk}:{person.pk}",
                kind="policy_consultation",
                text=lambda: _answered_text(consultation),
            )
            for person in people
        ]
    )


def _key(what: str, consultation: Consultation, person: User) -> str:
    """Unique for each time it comes round: sent, returned and sent again are three messages."""
    return f"consultation:{what}:{consultation.pk}:{consultation.changed_at.timestamp():.6f}:{person.pk}"


def _desk(consultation: Consultation) -> str:
    return reverse("publishing:consultation", args=[consultation.pk])


def _review_text(consultation: Consultation, by: User) -> Text:
    drafts = consultation.stage == Stage.IN_REVIEW
    body = (
        _("%(name)s has sent a draft for consultation to review.")
        if drafts
        else _("%(name)s has sent the answers of a consultation to review.")
    )
    subject = _("To review: %(title)s") % {"title": str(consultation)}
    return Text(subject, body % {"name": by.name}, _desk(consultation))


def _to_author(subject: str, body: str, consultation: Consultation, by: User) -> Text:
    said = f"{body % {'name': by.name}}\n\n{consultation.remark}".strip()
    return Text(subject % {"title": str(consultation)}, said, _desk(consultation))


def _answered_text(consultation: Consultation) -> Text:
    return Text(
        _("You said, we did: %(title)s") % {"title": str(consultation)},
        _("You commented on this draft. Now you can read what was said, and what we did with it."),
        reverse("consultations:detail", args=[consultation.slug]),
    )
