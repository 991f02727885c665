from typing import Any

from outreach.models import Bulletin, Subscriber
from portal.core.calendar import local_day
from tests.factories import outreach as make

PUBLIC = "ostchelraduv"
TABLE = {
    **{f"bulletins:{name}": ("G", PUBLIC) for name in ("list", "feed", "subscription", "issue")},
    "bulletins:desk": ("G", "elradu"),
    "bulletins:compose": ("G", "elradu"),
    "bulletins:new": ("G", "era"),
    "bulletins:words": ("G", "era"),
    **{f"bulletins:{name}": ("P", "era") for name in ("add", "piece", "act")},
}
NO_PAGES = {"bulletins:feed"}


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    texts: dict[str, Any] = {"day": local_day(), **make.both(title="№ 1", words="№ 1")}
    source = {"state": "published", "source_url": "https://example.com/"}
    issue = Bulletin.objects.create(slug="matrix-issue", **source, **texts)
    draft = Bulletin.objects.create(slug="matrix-draft", year=2020, issue=1, author=people["e"], **texts)
    piece = draft.pieces.create(position=1, **make.both(heading="№ 1", words="№ 1"))
    return {
        "bulletins:issue": [issue.slug],
        "bulletins:subscription": [Subscriber.objects.create(email="matrix@example.com").key],
        "bulletins:compose": [draft.slug],
        "bulletins:add": [draft.slug],
        "bulletins:words": [draft.slug, piece.pk],
        "bulletins:piece": [draft.slug, piece.pk, "up"],
        "bulletins:act": [draft.slug, "send"],
    }
