"""What a person does about policies: follows them, stops, keeps a search and gives it up. All of it is their own.

Every verb may be repeated without harm. What they are told then is in policies/alerts/follower_news.py.
"""

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies.alerts.saved_searches import NAME_LENGTH, Query, query_of, wanted_of, words_of
from policies.models import Following, Policy, SavedSearch
from portal.core.access import Refused

MOST_SEARCHES = 20


def follow(policy: Policy, *, by: User) -> Following:
    """Hear from now on of what changes; what has changed before is known from the page."""
    told = {"seen_at": policy.changed_at, "told_version": policy.version, "told_end": end_of(policy)}
    following, _new = Following.objects.get_or_create(person=by, policy=policy, defaults=told)
    return following


def stop(policy: Policy, *, by: User) -> bool:
    """Hear no more of it; whether it was followed."""
    count, _rows = Following.objects.filter(person=by, policy=policy).delete()
    return bool(count)


def follows(person: object, policy: Policy) -> bool:
    """Whether the reader of a page, who may be a visitor, follows the policy."""
    return isinstance(person, User) and Following.objects.filter(person=person, policy=policy).exists()


def end_of(policy: Policy) -> str:
    """How the validity of a policy ends by a mark of officials, as one value that can be compared."""
    if not policy.repealed_on and not policy.replaced_by_id:
        return ""
    return f"{policy.repealed_on or ''}/{policy.replaced_by_id or ''}"


def keep_search(params: QueryDict, *, by: User, name: str = "") -> tuple[SavedSearch, bool]:
    """Keep what an address asks for; the one kept before, and False, where it asks for the same."""
    query = query_of(params)
    if not query:
        raise Refused(_("Choose words or filters first: a search for everything is not saved."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        own = SavedSearch.objects.filter(person=by)
        if known := own.filter(query=query).first():
            return known, False
        if own.count() >= MOST_SEARCHES:
            raise Refused(_("You have %(count)d saved searches, and there can be no more.") % {"count": MOST_SEARCHES})
        now = timezone.now()
        fields = {"name": _own(name, query), "query": query, "since": now, "checked_at": now}
        return SavedSearch.objects.create(person=by, **fields), True


def rename(search: SavedSearch, *, by: User, name: str) -> SavedSearch:
    if not _tidy(name):
        raise Refused(_("Give the search a name."))
    with transaction.atomic():
        locked = SavedSearch.objects.select_for_update().get(pk=search.pk, person=by)
        locked.name = _own(name, locked.query)
        locked.save(update_fields=["name"])
    return locked


def give_up(search: SavedSearch, *, by: User) -> None:
    SavedSearch.objects.filter(pk=search.pk, person=by).delete()


def _tidy(name: str) -> str:
    return " ".join(name.split())[:NAME_LENGTH]


def _own(name: str, query: Query) -> str:
    """A name that was chosen; nothing where the proposed one was left as it is."""
    return "" if _tidy(name) == _tidy(words_of(wanted_of(query))) else _tidy(name)
