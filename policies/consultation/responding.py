"""What people send in: one verb, for visitors and for those who are signed in."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from policies.consultation import limits, rules
from policies.consultation.enums import Speaks
from policies.models import Consultation, ConsultationComment, Submission
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.search import normalise, tsvector_text

LONGEST = 3_000
WHOLE = 0  # the place of words on the draft as a whole; else the number of an article
_SAYS = re.compile(r"[^\W_]")


class TooLate(Refused):
    """The consultation is not open (any more); what was written has to be shown again."""


@dataclass(frozen=True)
class Voice:
    """For whom somebody speaks. enterprise: one that the person acts for; named: whether officials see its name."""

    speaks_for: str = Speaks.UNKNOWN
    size: str = ""
    enterprise: Enterprise | None = None
    named: bool = False


def respond(
    consultation: Consultation,
    *,
    by: User | None,
    visitor: str,
    voice: Voice,
    words: Mapping[int, str],
    form_key: uuid.UUID,
) -> int:
    """Keep comments: place → text. How many were new: the same words count once, also when a form is sent again.

    Words that were added to a form that was sent already (by going back in the browser) are kept as well.

    visitor: a fingerprint of the address, which is not kept (`limits.fingerprint`).
    """
    words = {place: text.strip() for place, text in words.items() if text.strip()}
    for text in words.values():
        if fault := fault_of(text):
            raise Refused(fault)
    if not words:
        raise Refused(_("Write at least one comment."))
    if voice.enterprise and (
        by is None or not Enterprise.objects.of_member(by).filter(pk=voice.enterprise.pk).exists()
    ):
        raise Refused(_("You do not act for this enterprise."))
    with transaction.atomic():
        locked = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
        if by is not None and by.is_official:
            require(rules.may_comment(by, locked, local_day()))
        if not (verdict := rules.is_open(locked, local_day())):
            raise TooLate(verdict.reason)
        new = _new(locked, by, voice, words)
        if not new:
            return 0
        require(limits.may_send(locked, by, visitor))
        if Submission.objects.filter(form_key=form_key).exists():
            form_key = uuid.uuid4()
        _keep(locked, by, voice, new, form_key)
    return len(new)


def fault_of(text: str) -> str:
    """What is wrong with a comment, or nothing."""
    if len(text) > LONGEST:
        return _("A comment has at most %(most)s characters.") % {"most": f"{LONGEST:,}"}
    if not _SAYS.search(text):
        return _("This says nothing that could be answered: write at least one word.")
    return ""


def digest(place: int, text: str, by: User | None, voice: Voice) -> str:
    """The same for the same words on the same article from the same side, however they are spaced."""
    side = f"p{by.pk}" if by else f"{voice.speaks_for}{voice.size}"
    said = " ".join(normalise(text).split())
    return sha256(f"{place}|{side}|{said}".encode("utf-8", "replace")).hexdigest()


def _new(
    consultation: Consultation, by: User | None, voice: Voice, words: Mapping[int, str]
) -> dict[str, tuple[int, str]]:
    """digest → place and text, of what has not been said yet."""
    said = {digest(place, text, by, voice): (place, text) for place, text in words.items()}
    known = set(consultation.comments.filter(digest__in=said).values_list("digest", flat=True))
    return {each: place for each, place in said.items() if each not in known}


def _keep(
    consultation: Consultation,
    by: User | None,
    voice: Voice,
    new: Mapping[str, tuple[int, str]],
    form_key: uuid.UUID,
) -> None:
    numbers = [place for place, _text in new.values() if place != WHOLE]
    clauses = {clause.number: clause for clause in consultation.clauses.filter(number__in=numbers)}
    if len(clauses) != len(numbers):
        raise Refused(_("There is no such article."))
    enterprise = voice.enterprise
    submission = Submission.objects.create(
        consultation=consultation,
        author=by,
        enterprise=enterprise,
        named=bool(enterprise and voice.named),
        speaks_for=Speaks.ENTERPRISE if enterprise else voice.speaks_for,
        size=(enterprise.size or "") if enterprise else voice.size,
        language=bilingual.current(),
        form_key=form_key,
    )
    ConsultationComment.objects.bulk_create(
        ConsultationComment(
            submission=submission,
            consultation=consultation,
            clause=clauses.get(place),
            text=text,
            digest=each,
            search=Cast(Value(tsvector_text({"A": text})), SearchVectorField()),
        )
        for each, (place, text) in new.items()
    )
