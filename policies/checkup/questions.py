"""What one asks for a missing fact of a profile."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from enterprises.profile import STEP_OF_FIELD
from policies import presenting

QUESTIONS = {
    "district": _("In which district is your enterprise registered?"),
    "subdistrict": _("In which subdistrict is your enterprise?"),
    "industry_code": _("In which industry does your enterprise work?"),
    "size": _("How large is your enterprise?"),
    "ownership": _("Who owns your enterprise?"),
    "founded_years": _("When was your enterprise founded?"),
    "employees": _("How many employees do you have?"),
    "annual_revenue_cny": _("What is your annual revenue?"),
    "rd_expense_ratio": _("What share of your revenue do you spend on R&D?"),
    "titles": _("Which titles does your enterprise hold?"),
    "listed": _("Is your enterprise listed on a stock exchange?"),
    "park": _("In which park or building is your enterprise?"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A field of the profile that settles, or would settle, how policies stand, and how many."""

    field: str
    count: int

    @property
    def label(self) -> str:
        return presenting.profile_label(self.field)

    @property
    def step(self) -> str:
        return STEP_OF_FIELD[self.field]

    @property
    def words(self) -> str:
        return str(QUESTIONS[self.field])
