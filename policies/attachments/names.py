"""What attachments are called, and whether each is called something in both languages."""

from collections.abc import Collection

from django.db.models import BooleanField, Exists, Func, OuterRef, Q, TextField
from django.db.models.functions import Cast

from policies.models import Attachment

ONE_NAME = Q(name_zh_hans="") | Q(name_en="")


def lack_names(keys: Collection[str]) -> bool:
    """Whether one of them has a name in one language only; no query without attachments."""
    return bool(keys) and Attachment.objects.filter(ONE_NAME, key__in=keys).exists()


def that_lack_names(column: str) -> Exists:
    """The condition on rows whose list of keys names such a one. column: "content__attachments", for revisions."""
    named = Func(OuterRef(column), Cast("key", TextField()), function="jsonb_exists", output_field=BooleanField())
    return Exists(Attachment.objects.filter(ONE_NAME, named))


def rows_of(keys: Collection[str]) -> list[Attachment]:
    """In the order of the keys, without their texts; one query, none without keys."""
    if not keys:
        return []
    known = {str(each.key): each for each in Attachment.objects.filter(key__in=list(keys)).defer("text")}
    return [known[key] for key in keys if key in known]
