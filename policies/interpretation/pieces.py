"""What the verbs on interpretations share: the locked row, its policies, its history; all inside their transactions."""

from collections.abc import Callable, Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies.enums import Act, InterpretationKind, InterpretationState
from policies.models import Interpretation, InterpretationComment, InterpretedPolicy, Policy
from policies.search.index import refresh_search
from portal.core.access import Refused, Verdict, require

MOST_POLICIES = 20


def locked_for(found: Interpretation, by: User, rule: Callable[[User, Interpretation], Verdict]) -> Interpretation:
    rows = Interpretation.objects.select_for_update(of=("self",)).select_related("author", "reviewer")
    locked: Interpretation = rows.get(pk=found.pk)
    require(rule(by, locked))
    return locked


def connect(found: Interpretation, policies: Collection[Policy]) -> None:
    for policy in policies:
        if policy.published_at is None:
            raise Refused(_("Only published policies are interpreted."))
        InterpretedPolicy.objects.get_or_create(
            interpretation=found, policy=policy, defaults={"version": policy.version}
        )
    if found.kind == InterpretationKind.SUMMARY and found.links.count() > 1:
        raise Refused(_("A policy in short tells of one policy only."))
    if found.links.count() > MOST_POLICIES:
        raise Refused(_("An interpretation explains at most %(count)s policies.") % {"count": MOST_POLICIES})


def relink(found: Interpretation, add: Collection[Policy], drop: Collection[int], checked_again: bool) -> None:
    found.links.filter(policy__in=drop).delete()
    connect(found, add)
    if drop and not found.links.exists():
        raise Refused(_("Say which policy it explains."))
    if checked_again:
        for link in found.links.select_related("policy"):
            if link.is_outdated:
                link.version = link.policy.version
                link.save(update_fields=["version"])


def make_way(locked: Interpretation, by: User) -> None:
    """What is replaced by it, and for a policy in short the one that was there, is withdrawn."""
    rows = Interpretation.objects.published().select_for_update(of=("self",)).exclude(pk=locked.pk)
    old = list(rows.filter(pk=locked.replaces_id)) if locked.replaces_id else []
    if locked.kind == InterpretationKind.SUMMARY:
        list(Policy.objects.select_for_update().filter(pk__in=locked.links.values("policy")).only("pk"))
        about = rows.filter(kind=locked.kind, pk__in=_about(locked))
        old += [each for each in about if each not in old]
    for each in old:
        move(each, InterpretationState.WITHDRAWN, withdrawn_at=timezone.now())
        log(each, by, Act.WITHDRAWN)
        found_anew(each)


def _about(locked: Interpretation) -> Any:
    links = InterpretedPolicy.objects.filter(policy__in=locked.links.values("policy"))
    return links.values("interpretation")


def found_anew(found: Interpretation) -> None:
    """Its texts are found, or no longer found, under its policies."""
    for policy in Policy.objects.filter(pk__in=found.links.values("policy")):
        refresh_search(policy)


def move(found: Interpretation, state: InterpretationState, **fields: Any) -> None:
    found.state, found.changed_at = state, timezone.now()
    for name, value in fields.items():
        setattr(found, name, value)
    found.save(update_fields=["state", "changed_at", *fields])


def touch(found: Interpretation, by: User) -> None:
    found.changed_at = timezone.now()
    found.save(update_fields=["changed_at"])
    log_saved(found, by)


def log(found: Interpretation, by: User, act: Act, text: str = "") -> None:
    InterpretationComment.objects.create(interpretation=found, author=by, act=act, text=text)


def log_saved(found: Interpretation, by: User) -> None:
    """One row for a person's savings in a row, with the time of the last."""
    last = found.comments.last()
    if last and last.act == Act.SAVED and last.author_id == by.pk:
        last.created_at = timezone.now()
        last.save(update_fields=["created_at"])
    else:
        log(found, by, Act.SAVED)
