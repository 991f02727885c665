from typing import Any

from portal.core.calendar import local_day
from tests.factories import outreach as make

PUBLIC = "ostchelraduv"
STAFF = "tchelradu"
ORGANISERS = "era"
TABLE: dict[str, tuple[str, str]] = {
    **{f"reception:{name}": ("G", PUBLIC) for name in ("room", "topics", "times", "book", "booked")},
    "reception:desk": ("G", STAFF),
    **{f"reception:{name}": ("G", ORGANISERS) for name in ("plan", "kept", "topic", "topic-new", "zone", "zone-new")},
    **{f"reception:{name}": ("G", "tera") for name in ("session", "visit")},
    **{f"reception:{name}": ("P", "tera") for name in ("act", "to-request")},
}
NO_PAGES: set[str] = set()


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    topic = make.topic()
    free = make.sitting(topics=[topic])
    today = make.sitting(day=local_day(), clock="00:00", topics=[topic])
    today.present.create(person=people["t"])
    came = make.registration(today.occasion, "attended", topic=topic, name="№ 1")
    return {
        "reception:times": [topic.pk],
        "reception:book": [topic.pk, free.pk],
        "reception:topic": [topic.pk],
        "reception:zone": [free.zone_id],
        "reception:session": [today.pk],
        "reception:act": [today.pk, "walk-in"],
        "reception:visit": [came.pk],
        "reception:to-request": [came.pk],
    }
