"""The names of industries' sections and of places, as forms and pages need them."""

from enterprises.models import Industry, Subdistrict


def section_names() -> dict[str, str]:
    """Section → its name in the active language; one query."""
    rows = Industry.objects.all().extra(where=["length(code) = 1"])
    return {row.section: row.name for row in rows}


def section_choices() -> list[tuple[str, str]]:
    return sorted(section_names().items())


def subdistrict_choices() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in Subdistrict.objects.all()]


def names_of_places() -> dict[str, str]:
    return dict(subdistrict_choices())


def all_names() -> dict[str, str]:
    """Of sections and subdistricts, by their codes; two queries."""
    return section_names() | names_of_places()
