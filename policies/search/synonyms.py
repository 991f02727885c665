"""Words with the same meaning: the verbs by which editors and the service centre keep them.

Each verb: rule → atomic → lock → re-check → save. Nobody else changes any group meanwhile, so that no word comes
to stand in two of them.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from policies import rules
from policies.models import MissedSearch, SynonymGroup
from portal.core.access import Refused, require
from portal.core.search import is_telling, normalise, tokens

LONGEST = 60
MOST = 20
LOCK = 0x53594E  # of pg_advisory_xact_lock


def key(word: str) -> tuple[str, ...]:
    """What makes two spellings one word: capitals, hyphens and plurals do not count."""
    return tuple(tokens(word))


def faults(words: Sequence[str]) -> Iterator[str]:
    """What is wrong with the words by themselves, in sentences."""
    for word in words:
        if len(word) > LONGEST:
            shown = {"word": word[:30] + "…", "most": LONGEST}
            yield _("“%(word)s” is too long: a word has at most %(most)s characters.") % shown
        elif len(key(word)) < 1 or not is_telling(word) or len(word) < 2:
            yield _("“%(word)s” says too little to be searched for.") % {"word": word}


def fault_of_group(words: Sequence[str], group: SynonymGroup | None = None) -> str:
    """What is wrong with the words as a group beside the others; "" when nothing is."""
    if len({key(word) for word in words}) < 2:
        return _("Give at least two different words: one alone has no other of the same meaning.")
    if len(words) > MOST:
        return _("A group has at most %(most)s words.") % {"most": MOST}
    if taken := _taken(words, group):
        named = pgettext("between names in a list", ", ").join(f"“{word}” ({group})" for word, group in taken[:5])
        return _("Already in another group: %(words)s. Add the new words there.") % {"words": named}
    return ""


def distinct(words: Iterable[str]) -> list[str]:
    """Without repeats, in order."""
    known: dict[tuple[str, ...], str] = {}
    for word in words:
        known.setdefault(key(word) or (word,), word)
    return list(known.values())


def add(*, by: User, chinese: Sequence[str], english: Sequence[str]) -> SynonymGroup:
    with transaction.atomic():
        _lock(by)
        return _store(SynonymGroup(), chinese, english)


def change(group: SynonymGroup, *, by: User, chinese: Sequence[str], english: Sequence[str], seen: int) -> SynonymGroup:
    """`seen`: the lock_version that the page showed."""
    with transaction.atomic():
        _lock(by)
        return _store(_unchanged(group, seen), chinese, english)


def remove(group: SynonymGroup, *, by: User, seen: int) -> None:
    """Searches for one of the words no longer ask for the others."""
    with transaction.atomic():
        _lock(by)
        _unchanged(group, seen).delete()


def set_aside(missed: MissedSearch, *, by: User) -> None:
    """Take a search off the list; it comes back when somebody searches for it again."""
    require(rules.may_keep_synonyms(by))
    MissedSearch.objects.filter(pk=missed.pk).delete()


def _lock(by: User) -> None:
    require(rules.may_keep_synonyms(by))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _unchanged(group: SynonymGroup, seen: int) -> SynonymGroup:
    locked = SynonymGroup.objects.select_for_update().filter(pk=group.pk).first()
    if locked is None:
        raise Refused(_("Somebody else removed this group meanwhile."))
    if locked.lock_version != seen:
        raise Refused(_("Somebody else changed this group meanwhile. Please look at it again."))
    return locked


def _store(group: SynonymGroup, chinese: Sequence[str], english: Sequence[str]) -> SynonymGroup:
    """Check, save, and take what is answered now off the list of searches that found nothing."""
    words = [*chinese, *english]
    fault = next(faults(words), "") or fault_of_group(words, group)
    if fault:
        raise Refused(fault)
    group.words_zh_hans, group.words_en = list(chinese), list(english)
    group.changed_at = timezone.now()
    group.lock_version += 1
    if group.pk:
        group.save(update_fields=["words_zh_hans", "words_en", "changed_at", "lock_version"])
    else:
        group.save()
    MissedSearch.objects.filter(words__in=[normalise(word) for word in words]).delete()
    return group


def _taken(words: Sequence[str], group: SynonymGroup | None) -> list[tuple[str, SynonymGroup]]:
    """Words that stand in another group, each with it; one query."""
    others = SynonymGroup.objects.exclude(pk=group.pk) if group and group.pk else SynonymGroup.objects.all()
    held = {key(word): each for each in others for word in each.words}
    return [(word, held[key(word)]) for word in words if key(word) in held]
