"""How an enterprise is found by a part of its name, whatever its script, among a hundred thousand.

PostgreSQL's own trigrams know no Chinese and need three characters; many a name is known by two. So the index holds
every pair of neighbouring characters of both names (the functions are in migration 0003), a search asks for the pairs
of what was typed, and the few that have all of them are compared letter by letter.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

MOST_ASKED = 8  # pairs that the index is asked for


class Words(Func):
    """Both names in one text: full-width letters made plain, lower case."""

    function = "enterprise_words"
    output_field = TextField()


class Pairs(Func):
    """Every two neighbouring characters of a text."""

    function = "enterprise_pairs"
    output_field = ArrayField(TextField())


def words() -> Words:
    return Words("name_zh_hans", "name_en")


def pairs_of(text: str) -> list[str]:
    """What `Pairs` makes of the text; nothing of a single character, which no index helps to find."""
    return list(dict.fromkeys(text[n : n + 2] for n in range(len(text) - 1)))


def some(pairs: list[str]) -> list[str]:
    """A few of them, from all over the text: enough to find few names by, and quicker than all."""
    step = max(1, -(-len(pairs) // MOST_ASKED))
    return pairs[::step]
