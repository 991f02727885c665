from typing import Any

from tests.factories import outreach as make

PUBLIC = "ostchelraduv"
ORGANISERS, READERS = "era", "elradu"
TABLE: dict[str, tuple[str, str]] = {
    **{f"events:{name}": ("G", PUBLIC) for name in ("list", "feed", "month", "detail", "calendar")},
    **{f"events:{name}": ("P", PUBLIC) for name in ("register", "ask")},
    "events:decline": ("P", "o"),
    "events:groups": ("G", "os"),
    "events:group": ("P", "s"),
    **{f"events:{name}": ("G", READERS) for name in ("desk", "manage", "report", "guests")},
    **{f"events:{name}": ("G", ORGANISERS) for name in ("new", "edit", "after", "invitations", "door")},
    **{f"events:{name}": ("P", ORGANISERS) for name in ("question", "check-in", "walk-in", "act")},
}
NO_PAGES: set[str] = {"events:feed", "events:calendar"}


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    event = make.event(capacity=50, place=make.place(), event={"group_places": 5, **make.both(about="№ 1", host="№ 2")})
    row = event.occasion
    event.invitations.create(enterprise=enterprise, by=people["a"])
    partner = make.partner()
    make.contact(partner, user=people["s"])
    event.partners.create(partner=partner)
    question = row.questions.create(text="№ 3", name="№ 4", answer="№ 5", answered_at=row.created_at)
    staff = {f"events:{name}": [row.pk] for name in ("manage", "edit", "after", "invitations", "report", "guests")}
    door = {f"events:{name}": [row.pk] for name in ("door", "check-in", "walk-in")}
    public = {f"events:{name}": [event.slug] for name in ("detail", "calendar", "register", "ask", "decline", "group")}
    return {
        **staff,
        **door,
        **public,
        "events:month": [row.day.year, row.day.month],
        "events:question": [question.pk, "hide"],
        "events:act": [row.pk, "publish"],
    }
