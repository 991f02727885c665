"""What is published about policies as interpretations, for the search."""

from collections import defaultdict
from collections.abc import Collection

from policies.interpretation.content import FIELDS
from policies.models import InterpretedPolicy
from policies.publishing.staleness import text_of
from portal.core import bilingual

MOST = 40_000  # characters of a policy that are found
UNSOUGHT = {"captions"}  # the transcript says the same


def texts_of(policy_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Policy → language → texts of its published interpretations; one query."""
    texts: dict[int, dict[str, list[str]]] = defaultdict(lambda: {language: [] for language in bilingual.LANGUAGES})
    links = InterpretedPolicy.objects.filter(policy__in=policy_ids, interpretation__state="published")
    for link in links.select_related("interpretation").order_by("interpretation"):
        found = link.interpretation
        for field in FIELDS[found.kind]:
            for language, suffix in bilingual.SUFFIX.items():
                text = text_of(found.content, f"{field}_{suffix}")
                if text and field not in UNSOUGHT:
                    texts[link.policy_id][language].append(text)
    return dict(texts)
