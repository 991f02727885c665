"""How well a resource fits a need, and why: one pure function, `judge`; it knows no database.

What conditions rule out is never recommended, however well the rest fits. Everything else is a value from 0 to 1 for
each of a few named parts; their weights stand in WEIGHTS. `investment/scoring.py` says the same in SQL.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from investment.enums import SPACE, Kind, Why

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    Kind.PREMISES: {"rent": 0.32, "area": 0.22, "place": 0.20, "time": 0.14, "industry": 0.08, "fresh": 0.04},
    Kind.INCUBATOR: {"rent": 0.24, "area": 0.16, "place": 0.16, "time": 0.10, "industry": 0.14, "stage": 0.16,
                     "fresh": 0.04},
    Kind.FUND: {"amount": 0.40, "industry": 0.28, "stage": 0.24, "fresh": 0.08},
    Kind.LOAN: {"amount": 0.50, "industry": 0.22, "stage": 0.20, "fresh": 0.08},
    Kind.TALENT: {"industry": 0.60, "amount": 0.30, "fresh": 0.10},
    Kind.RND: {"industry": 0.60, "amount": 0.30, "fresh": 0.10},
}  # fmt: skip
AREA_SLACK = 0.10  # so much smaller or larger can still be recommended
LATEST = 90  # days after the day it is needed by: later than that is too late
RENT_ZERO = 0.50  # so much above the budget, and the rent speaks for it no more
FEE_ZERO = 0.50
OPEN_TO_ALL = 0.7  # for everybody, rather than for this industry or stage
UNKNOWN = 0.4  # the provider does not say
NO_WISH = 0.5  # the need does not say: the same for all
LEARNT = {"place": 0.10, "park": 0.05, "fitout": 0.05, "provider": 0.06, "price": 0.08}
STRENGTH = 2.0  # so many signals of one kind count in full
TOLD = 0.5  # from here on it is told


@dataclass(frozen=True, slots=True)
class Wish:
    """A need, as far as it can be compared. budget: rent per m² and day. amount: of money, or for a service."""

    kind: str
    section: str = ""
    area_from: int | None = None
    area_to: int | None = None
    budget: float | None = None
    wanted_by: date | None = None
    subdistricts: frozenset[str] = frozenset()
    stage: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A resource, as far as it can be compared."""

    kind: str
    sections: frozenset[str] = frozenset()
    area: int | None = None
    area_min: int | None = None
    rent: float | None = None
    available_on: date | None = None
    subdistrict: str = ""
    park: str = ""
    fitout: str = ""
    provider: int = 0
    stages: frozenset[str] = frozenset()
    ticket_min: int | None = None
    ticket_max: int | None = None
    fee: int | None = None
    age: int = 0  # days since it was confirmed


@dataclass(frozen=True, slots=True)
class Taste:
    """What was made of others for this need: (feature, its value) → from -1, declined, to 1, liked.

    price: the lowest rent that was declined as too high."""

    features: Mapping[tuple[str, str], float] = field(default_factory=dict)
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for it, against it, or rules it out. facts: for the sentence, see words.py."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    score: float
    pros: tuple[Reason, ...]
    cons: tuple[Reason, ...]
    ruled_out: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Case:
    """Reasons as they are found."""

    pros: list[Reason] = field(default_factory=list)
    cons: list[Reason] = field(default_factory=list)
    out: list[Reason] = field(default_factory=list)

    def pro(self, code: str, value: float, **facts: object) -> float:
        self.pros.append(Reason(code, facts))
        return value

    def con(self, code: str, value: float, **facts: object) -> float:
        self.cons.append(Reason(code, facts))
        return value

    def no(self, code: str, **facts: object) -> float:
        self.out.append(Reason(code, facts))
        return 0.0


def judge(wish: Wish, offer: Offer, taste: Taste | None = None, *, stale_after: int = 60) -> Verdict:
    """The verdict on one resource; its reasons in the order of the weights."""
    case = _Case()
    parts = {"fresh": _fresh(offer, case, stale_after)} | {
        name: part(wish, offer, case) for name, part in PARTS.items() if name in WEIGHTS[wish.kind]
    }
    score = sum(weight * parts[name] for name, weight in WEIGHTS[wish.kind].items())
    score += _learnt(offer, taste or Taste(), case)
    return Verdict(score, tuple(case.pros), tuple(case.cons), tuple(case.out))


def ranked(wish: Wish, offers: Iterable[tuple[object, Offer]], taste: Taste | None = None) -> list[object]:
    """The keys of those that are recommended, the best first."""
    judged = [(judge(wish, offer, taste), key) for key, offer in offers if offer.kind == wish.kind]
    fine = [(verdict.score, key) for verdict, key in judged if not verdict.ruled_out]
    return [key for _score, key in sorted(fine, key=lambda pair: -pair[0])]


def _rent(wish: Wish, offer: Offer, case: _Case) -> float:
    if wish.budget is None:
        return NO_WISH
    if offer.rent is None:
        return case.con("rent_unknown", UNKNOWN)
    over = offer.rent / wish.budget - 1
    if over > 0:
        return case.con("rent_over", max(0.0, 0.8 * (1 - over / RENT_ZERO)), percent=_percent(over))
    return case.pro("rent_within", 0.8 - 0.2 * over, percent=_percent(-over))


def _percent(share: float) -> int:
    """Never “0 %” of a difference."""
    return max(1, round(share * 100)) if share > 0 else 0


def _area(wish: Wish, offer: Offer, case: _Case) -> float:
    if wish.area_from is None and wish.area_to is None:
        return NO_WISH
    if offer.area is None:
        return case.con("area_unknown", UNKNOWN)
    smallest = offer.area_min or offer.area
    short = max(0.0, 1 - offer.area / wish.area_from) if wish.area_from else 0.0
    large = max(0.0, smallest / wish.area_to - 1) if wish.area_to else 0.0
    if short > AREA_SLACK + 1e-9:
        return case.no("area_small", area=offer.area, wanted=wish.area_from)
    if large > AREA_SLACK + 1e-9:
        return case.no("area_large", area=smallest, wanted=wish.area_to)
    if short > 0:
        return case.con("area_bit_small", 1 - 5 * short, area=offer.area, percent=_percent(short))
    if large > 0:
        return case.con("area_bit_large", 1 - 5 * large, area=smallest, percent=_percent(large))
    divided = wish.area_to is not None and offer.area > wish.area_to
    return case.pro("area_divided" if divided else "area_fits", 1.0, area=offer.area, smallest=smallest)


def _place(wish: Wish, offer: Offer, case: _Case) -> float:
    if not wish.subdistricts:
        return NO_WISH
    if not offer.subdistrict:
        return case.con("place_unknown", UNKNOWN)
    if offer.subdistrict in wish.subdistricts:
        return case.pro("place_wanted", 1.0, place=offer.subdistrict)
    return case.con("place_other", 0.0, place=offer.subdistrict)


def _time(wish: Wish, offer: Offer, case: _Case) -> float:
    if wish.wanted_by is None:
        return NO_WISH
    late = (offer.available_on - wish.wanted_by).days if offer.available_on else 0
    if late > LATEST:
        return case.no("time_late", day=offer.available_on, days=late)
    if late > 0:
        return case.con("time_bit_late", 1 - late / LATEST, day=offer.available_on, days=late)
    return case.pro("time_fits", 1.0, day=offer.available_on)


def _industry(wish: Wish, offer: Offer, case: _Case) -> float:
    if not offer.sections:
        return OPEN_TO_ALL
    if not wish.section:
        return case.con("industry_some", UNKNOWN, sections=tuple(sorted(offer.sections)))
    if wish.section in offer.sections:
        return case.pro("industry_wanted", 1.0)
    return case.no("industry_not", sections=tuple(sorted(offer.sections)))


def _stage(wish: Wish, offer: Offer, case: _Case) -> float:
    if not offer.stages:
        return OPEN_TO_ALL
    if not wish.stage:
        return case.con("stage_some", UNKNOWN, stages=tuple(sorted(offer.stages)))
    if wish.stage in offer.stages:
        return case.pro("stage_fits", 1.0)
    return case.no("stage_not", stages=tuple(sorted(offer.stages)))


def _amount(wish: Wish, offer: Offer, case: _Case) -> float:
    """Of money: within what is given; of a service: what it costs against what one wants to spend."""
    if wish.amount is None:
        return NO_WISH
    if wish.kind in (Kind.TALENT, Kind.RND):
        return _fee(wish.amount, offer, case)
    if offer.ticket_min is not None and wish.amount < offer.ticket_min:
        return case.no("ticket_above", amount=offer.ticket_min)
    if offer.ticket_max is not None and wish.amount > offer.ticket_max:
        share = offer.ticket_max / wish.amount
        return case.con("ticket_part", 0.8 * share, amount=offer.ticket_max, percent=_percent(share))
    if offer.ticket_min is None and offer.ticket_max is None:
        return case.con("ticket_unknown", UNKNOWN)
    return case.pro("ticket_fits", 1.0)


def _fee(amount: int, offer: Offer, case: _Case) -> float:
    if offer.fee is None:
        return case.con("fee_unknown", UNKNOWN)
    over = offer.fee / amount - 1
    if over > 0:
        return case.con("fee_over", max(0.0, 0.8 * (1 - over / FEE_ZERO)), percent=_percent(over))
    return case.pro("fee_within", 0.8 - 0.2 * over)


def _fresh(offer: Offer, case: _Case, stale_after: int) -> float:
    if offer.age <= 14:
        case.pro("fresh", 1.0, days=offer.age)
    return max(0.0, 1 - offer.age / stale_after)


def features_of(offer: Offer) -> dict[str, str]:
    """What can be liked or declined about it; what it does not say is no feature."""
    said = {
        "place": offer.subdistrict,
        "park": offer.park,
        "fitout": offer.fitout,
        "provider": str(offer.provider) if offer.provider else "",
    }
    return {name: value for name, value in said.items() if value}


def _learnt(offer: Offer, taste: Taste, case: _Case) -> float:
    signals = {name: taste.features.get((name, value), 0.0) for name, value in features_of(offer).items()}
    found = sum(LEARNT[name] * signal for name, signal in signals.items())
    if liked := tuple(name for name, signal in signals.items() if signal >= TOLD):
        case.pro("liked", 0.0, features=liked)
    if declined := tuple(name for name, signal in signals.items() if signal <= -TOLD):
        case.con("declined", 0.0, features=declined)
    if taste.price is not None and offer.rent is not None and offer.rent >= taste.price:
        found -= LEARNT["price"]
        case.con("declined_price", 0.0)
    return found


PARTS = {
    "rent": _rent,
    "amount": _amount,
    "area": _area,
    "place": _place,
    "time": _time,
    "industry": _industry,
    "stage": _stage,
}
ABOUT: Mapping[str, tuple[str, ...]] = {
    Why.PLACE: ("place", "park"),
    Why.FITOUT: ("fitout",),
    Why.PROVIDER: ("provider",),
    Why.PRICE: (),
    Why.OTHER: ("park", "fitout", "provider"),
}


def learn(signals: Iterable[tuple[Offer, float, str]]) -> Taste:
    """From what was made of each: a signal from -1 (declined, with its reason) to 1 (visited), added up by feature."""
    sums: dict[tuple[str, str], float] = {}
    prices: list[float] = []
    for offer, signal, why in signals:
        said = features_of(offer)
        about = ABOUT.get(why, tuple(said)) if signal < 0 else tuple(said)
        for name in about:
            if name in said:
                key = name, said[name]
                sums[key] = sums.get(key, 0.0) + signal
        if signal < 0 and why == Why.PRICE and offer.rent is not None and offer.kind in SPACE:
            prices.append(offer.rent)
    features = {key: max(-1.0, min(1.0, total / STRENGTH)) for key, total in sums.items() if total}
    return Taste(features, min(prices, default=None))
