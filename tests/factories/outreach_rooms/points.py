from typing import Any

from outreach.models import Feedback, PublicityPoint
from tests.factories import outreach as make

PUBLIC = "ostchelraduv"
TABLE = {
    **{f"points:{name}": ("G", PUBLIC) for name in ("list", "point", "sheet", "material", "edition")},
    **{f"printed:{name}": ("G", PUBLIC) for name in ("edition", "code")},
    **{f"points:{name}": ("G", "elradu") for name in ("desk", "places", "materials")},
    **{f"points:{name}": ("G", "era") for name in ("stock", "place", "place-new")},
    **{f"points:{name}": ("G", "era") for name in ("material-new", "keep", "material-edit")},
    "points:feedback": ("P", "era"),
    "points:withdraw": ("P", "era"),
}
NO_PAGES = {"printed:edition", "printed:code"}


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    point = PublicityPoint.objects.create(place=make.place())
    row = make.material(editions=2)
    old = row.editions.get(number=1)
    said = Feedback.objects.create(place=point.place, rating=4)
    return {
        "points:point": [point.place.slug],
        "points:sheet": [point.place.slug],
        "points:stock": [point.place.slug],
        "points:place": [point.place.slug],
        **{f"points:{name}": [row.slug] for name in ("material", "keep", "material-edit", "withdraw")},
        "points:edition": [old.code],
        "points:feedback": [said.pk, "settle"],
        "printed:edition": [old.code],
        "printed:code": [old.code],
    }
