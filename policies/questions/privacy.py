"""What in a text looks as if it told who somebody is: shown to those who write and review, and never decided alone.

The names, the code and the address of the enterprise that asked, and of the person, are known and refused, however they
are spaced or punctuated. Whatever else looks like personal data may be meant (an office's telephone), so a person says
that it may stay.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.models import Enterprise
from policies.models import PolicyQuestion
from portal.core import bilingual

COLUMNS = tuple(column for field in ("question", "answer") for column in bilingual.columns(field))
KINDS = {
    "asker": _("the name of the person or the enterprise that asked"),
    "contact": _("how the person who asked is reached"),
    "source": _("the number of the request"),
    "name": _("what may be the name of the enterprise that asked"),
    "address": _("the address of the enterprise that asked"),
    "person": _("what may address the person who asked"),
    "official": _("the name of an official"),
    "code": _("what may be a unified social credit code or an identity number"),
    "account": _("what may be an account of a person or an enterprise"),
    "phone": _("what may be a telephone number"),
    "email": _("an e-mail address"),
}
CERTAIN = ("asker", "contact", "source")
_CODE = "[0-9A-HJ-NP-RTUWXYa-hj-np-rtuwxy]"
PATTERNS = {
    "code": re.compile(
        rf"(?<![0-9A-Za-z])(?:[0-9]{_CODE}{{17}}"
        rf"|\d{{4}}[ -]\d{{4}}(?:[ -]{_CODE}{{4}}){{2}}[ -]{_CODE}{{2}}"
        rf"|\d\d[ -]\d{{6}}[ -]{_CODE}{{9}}[ -]?{_CODE}|\d{{6}}[ -]\d{{8}}[ -]\d{{3}}[\dXx])(?![0-9A-Za-z])"
    ),
    "account": re.compile(
        r"(?<!\d)[3-9]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"  # of a bank
        r"|(?:微信号?|wechat|weixin|QQ号?)\s?(?:id|号|number)?\s?:?\s?(?=[A-Za-z_-]{0,19}\d)[A-Za-z0-9_-]{5,20}",
        re.IGNORECASE,
    ),
    "email": re.compile(
        r"(?:(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}|[^\W_])\s?@\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
    ),
    "phone": re.compile(
        r"\+\d[\d\s().-]{7,18}\d"  # with the code of a country
        r"|(?<!\d)(?:(?:00)?86)?1[3-9]\d(?:\)?[\s.-]{0,2}\d{4}[\s.-]?\d{4}|[\s.-]?\d{3}[\s.-]?\d{5}"  # mobile
        r"|(?:[\s.-]\d\d){4})(?!\d)|(?<!\d)1(?: \d){10}(?!\d)|[〇零一二三四五六七八九幺]{7,}"
        r"|(?<!\d)0\d{2,3}\)?[\s.-]{0,2}\d{3,4}[\s.-]?\d{4}(?!\d)"  # with the code of a city
        r"|(?<!\d)(?<!CNY )(?<!RMB )(?<!¥)(?:2[1-9]|[3-8]\d)\d\d(?:\s?|-(?!(?:19|20)\d\d\b))\d{4}"
        r"(?!\d|\s?(?:元|万|CNY|RMB))"
    ),
}
_LEGAL_FORM = re.compile(
    r"^(?:上海市?)?(?:虹口区?)?|(?:\(上海\)|\(中国\))|(?:股份)?(?:有限责任公司|有限公司)(?:上海分公司)?$|合伙企业.*$"
)
_ENGLISH_FORM = re.compile(r"^shanghai\s+|\b(?:shanghai|china|co|company|ltd|limited|inc|llc|corporation)\b|[.,()]")
# What an enterprise does, at the end of its name: what stands before it is how people call it.
_TRADE = re.compile(
    r"(?:信息|网络|智能|电子|数字|数据|生物|医药|医疗|新能源|环保|文化|传媒|教育|咨询|管理|服务|科技|技术|软件|工程|设计"
    r"|广告|商贸|贸易|实业|投资|控股|集团|物流|供应链|餐饮|食品|国际|发展|企业|机械|材料|制造|设备|航运|船务)+$"
)
_COMMON = frozenset(
    [
        *("asian", "digital", "eastern", "first", "general", "global", "green", "information", "innovation"),
        *("innovative", "international", "national", "pacific", "power", "smart", "technology", "united", "world"),
    ]
)
_TWO_CHARACTERS = frozenset(
    [
        *("欧阳", "上官", "司马", "司徒", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木"),
        *("独孤", "南宫", "长孙", "宇文", "闻人", "轩辕"),
    ]
)
_TITLES = ("总", "董", "女士", "小姐", "先生", "太太", "经理", "主任", "老师", "博士", "老板")
SHORTEST = {"zh-hans": 3, "en": 5}  # letters of a name that mean something by themselves


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found in a column. certain: it is known whom it names."""

    column: str
    kind: str
    text: str

    @property
    def certain(self) -> bool:
        return self.kind in CERTAIN

    @property
    def words(self) -> str:
        return str(KINDS[self.kind])


def findings_of(question: PolicyQuestion, *officials: User) -> list[Finding]:
    """In the order of the texts; the same thing once a text. officials: who may be named, beside who proposed it."""
    names = [(kind, _pattern(name)) for kind, name in _names(question, officials)] + list(_numbers(question))
    return [
        Finding(column, kind, text)
        for column in COLUMNS
        for kind, text in dict.fromkeys(_found(getattr(question, column) or "", names))
    ]


def _found(text: str, names: list[tuple[str, re.Pattern[str]]]) -> Iterator[tuple[str, str]]:
    plain = _plain(text)
    told: list[str] = []
    for kind, pattern in names:
        hit = pattern.search(plain)
        if hit and not any(hit[0] in each for each in told):
            told.append(hit[0])
            yield kind, hit[0]
    for kind, pattern in PATTERNS.items():
        for found in pattern.finditer(plain):
            if not any(found[0].casefold() in each.casefold() for each in told):
                yield kind, found[0].strip()
        told += [found[0] for found in pattern.finditer(plain)]


def _plain(text: str) -> str:
    """Full-width letters and entities as the plain ones, every dash a hyphen, without what cannot be seen."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    kinds = ((char, unicodedata.category(char)) for char in plain)
    return "".join("-" if kind == "Pd" else char for char, kind in kinds if kind != "Cf")


def _names(question: PolicyQuestion, officials: tuple[User, ...]) -> Iterator[tuple[str, str]]:
    """What must not be said, the longer before what is a part of it."""
    enterprise, asker = question.enterprise, question.asker
    chinese, english = (enterprise.name_zh_hans, enterprise.name_en) if enterprise else ("", "")  # type: ignore[attr-defined]
    yield from (("asker", name) for name in (chinese, english) if name)
    if asker:
        yield from (("asker", name) for name in (asker.name_zh, asker.name_en) if _is_full(name))
    if enterprise:
        yield from (("name", name) for name in _cores(chinese, english))
        yield from (("address", address) for address in _addresses(enterprise))
    if asker:
        yield from (("person", name) for name in _addressed(asker.name_zh, asker.name_en))
    for official in filter(None, (question.author, *officials)):
        names = (official.name_zh, official.name_en)
        yield from (("official", name) for name in names if _means_somebody(name))


def _numbers(question: PolicyQuestion) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Known codes, addresses and numbers, however their characters are grouped."""
    enterprise, asker = question.enterprise, question.asker
    if enterprise and enterprise.credit_code:
        yield "asker", re.compile(r"[\s.-]{0,3}".join(enterprise.credit_code), re.IGNORECASE)
    if question.source:
        number = "[\\W_]{0,3}".join(re.findall("[A-Za-z0-9]", question.source))
        yield "source", re.compile(rf"(?<![A-Za-z0-9]){number}(?!\d)", re.IGNORECASE)
    if asker and asker.email:
        yield "contact", re.compile(rf"(?<![A-Za-z0-9_.+-]){re.escape(asker.email)}(?![A-Za-z0-9])", re.IGNORECASE)
    digits = "".join(char for char in _plain(asker.phone) if char in "0123456789") if asker else ""
    if len(digits) > 6:
        yield "contact", re.compile(r"[\s().-]{0,3}".join(digits[-8:]) + r"(?!\d)")


def _cores(chinese: str | None, english: str | None) -> Iterator[str]:
    """A name without its place and legal form, as people use it; then without what the enterprise does."""
    core = _LEGAL_FORM.sub("", _plain(chinese or ""))
    words = _ENGLISH_FORM.sub(" ", _plain(english or "").casefold()).split()
    yield from (name for name in (core, " ".join(words)) if _means_somebody(name, 1))
    brand = _TRADE.sub("", core)
    if brand != core and _means_somebody(brand):
        yield brand
    if len(words) > 1 and words[0] not in _COMMON and _means_somebody(words[0], 1):
        yield words[0]


def _addresses(enterprise: Enterprise) -> Iterator[str]:
    """Where a number is: a street alone is nobody's."""
    for column in bilingual.columns("address"):
        address = getattr(enterprise, column) or ""
        if any(char.isdigit() for char in address):
            yield address


def _is_full(name: str) -> bool:
    """Whether a name can hardly be a word of a sentence."""
    return len(name.split()) > 1 if name.isascii() else len(name) > 2


def _addressed(chinese: str, english: str) -> Iterator[str]:
    """How a letter calls a person: 林总, 欧阳女士, Larsen, Ms Li, Larsen Ida."""
    surnames = {chinese[:1], chinese[:2] if chinese[:2] in _TWO_CHARACTERS else ""} - {""}
    yield from (f"{surname}{title}" for surname in sorted(surnames) for title in _TITLES)
    words = english.split()
    if len(words) > 1:
        yield " ".join((words[-1], *words[:-1]))
    yield from (name for name in (chinese, *words) if _means_somebody(name))
    short = (word for word in words if len(word) > 1 and not _means_somebody(word))
    yield from (f"{title} {word}" for word in short for title in ("Mr", "Mrs", "Ms", "Miss", "Dr"))


def _means_somebody(name: str, more: int = 0) -> bool:
    language = "en" if name.isascii() else "zh-hans"
    return len(name) >= SHORTEST[language] - 1 + more


def _pattern(name: str) -> re.Pattern[str]:
    """The name whatever its capitals, spaces and punctuation; of letters, not in the middle of a word."""
    plain, pattern, end = _plain(name), "", 0
    words = list(re.finditer(r"[A-Za-z0-9]+|[^\W_]", plain))
    if not words:
        return re.compile(r"(?!)")
    for word in words:
        apart = word.start() > end
        both_latin = apart and word[0].isascii() and plain[end - 1 : end].isascii()
        between = (r"[\W_]{1,5}" if both_latin else r"[\W_]{0,5}") if apart else r"\s{0,3}"
        pattern, end = f"{pattern}{between if pattern else ''}{word[0]}", word.end()
    first, last = words[0][0], words[-1][0]
    before, after = ("(?<![A-Za-z0-9])" if first.isascii() else ""), ("(?![A-Za-z0-9])" if last.isascii() else "")
    return re.compile(before + pattern + after + (r"\.?" if name.endswith(".") else ""), re.IGNORECASE)
