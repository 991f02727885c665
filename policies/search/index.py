"""What of a policy is found by searching, and the expressions that search and rank.

Whoever changes a policy's texts calls `refresh_search` (or stores `search_vector_for`) in the same transaction; so does
whoever publishes, withdraws or changes a text about a policy (`ABOUT`). Of those texts each word counts once, however
often it occurs, so that a long annex never comes before a policy that has the words in its title.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, FloatField, Func, Value
from django.db.models.expressions import Combinable

from policies.attachments import texts as attachments
from policies.interpretation import texts as interpretations
from policies.models import Policy, PolicyQuerySet
from policies.questions import texts as questions
from policies.search.meanings import meanings
from portal.core import bilingual
from portal.core.search import tsvector_text

if TYPE_CHECKING:
    from django.db.models.expressions import Expression

WEIGHTS = {"A": ("title",), "B": ("issuer", "summary"), "C": ("benefit",), "D": ("how_to_apply", "materials")}
MOST_ANSWERED = 20_000
# What is published about policies elsewhere: its weight; ids of policies → {id: {language: texts}}; how many characters
# of a policy's texts in one language are found
TextsOf = Callable[[Collection[int]], dict[int, dict[str, list[str]]]]
ABOUT: tuple[tuple[str, TextsOf, int], ...] = (
    ("C", interpretations.texts_of, interpretations.MOST),
    ("C", questions.texts_of, MOST_ANSWERED),
    ("D", attachments.texts_of, attachments.MOST),
)
RANKED = 1_000  # candidates that are ranked; broader searches are narrowed to the newest so many


class Cast(Func):
    """A literal made by the application → a tsvector or tsquery, past PostgreSQL's own parsers."""

    template = "%(expressions)s::%(type)s"


class Found(Func):
    """Whether a tsvector answers a tsquery; uses the GIN index."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    arity = 2
    output_field = BooleanField()


def search_vector_for(policy: Policy) -> "Expression":
    """The policy's texts of both languages, and those about it, as a value for its `search` column."""
    parts = {weight: " ".join(_texts(policy, fields)) for weight, fields in WEIGHTS.items()}
    parts["A"] += f" {policy.document_number}"
    extra = extra_texts([policy.pk]).get(policy.pk, {}) if policy.pk else {}
    return Cast(Value(tsvector_text(parts, once=extra)), type="tsvector", output_field=SearchVectorField())


def extra_texts(policy_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Policy → weight → what is published about it elsewhere, both languages; a query or two for each kind."""
    extra: dict[int, dict[str, str]] = defaultdict(dict)
    for weight, texts_of, most in ABOUT:
        for pk, languages in texts_of(policy_ids).items():
            text = " ".join(" ".join(texts)[:most] for texts in languages.values())
            extra[pk][weight] = f"{extra[pk].get(weight, '')} {text}"
    return extra


def refresh_search(policy: Policy) -> None:
    """Store the `search` column anew after the policy's texts, or those about it, were changed."""
    Policy.objects.filter(pk=policy.pk).update(search=search_vector_for(policy))


def asked(words: str) -> Combinable | None:
    """What is asked for by the words, and by others that mean the same; None when there is nothing to search for."""
    return query_of(meanings().tsquery(words))


def query_of(text: str | None) -> Combinable | None:
    """The literal of `Meanings.tsquery` as an expression."""
    return Cast(Value(text), type="tsquery", output_field=SearchQueryField()) if text else None


def searched(policies: PolicyQuerySet, query: Combinable | None) -> PolicyQuerySet:
    """Those that answer what is `asked` for; none when that is nothing."""
    return policies.filter(Found(F("search"), query)) if query else policies.none()


def ranked(policies: PolicyQuerySet, query: Combinable | None) -> PolicyQuerySet:
    """Policies that answer what is `asked` for, the best first; the newest `RANKED` of them are compared."""
    if not query:
        return policies.none()
    candidates = searched(policies, query).order_by("-published_at", "-pk").values("pk")[:RANKED]
    rank = Func(F("search"), query, function="ts_rank", output_field=FloatField())
    return Policy.objects.filter(pk__in=candidates).order_by(rank.desc(), "-pk")


def _texts(policy: Policy, fields: tuple[str, ...]) -> list[str]:
    return [getattr(policy, column) or "" for field in fields for column in bilingual.columns(field)]
