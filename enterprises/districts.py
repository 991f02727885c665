"""The districts of the city by their codes in GB/T 2260, and how an extract may name them."""

from django.utils.translation import get_language

HONGKOU = "310109"
NAMES = {  # code: Chinese, English
    "310101": ("黄浦区", "Huangpu"),
    "310104": ("徐汇区", "Xuhui"),
    "310105": ("长宁区", "Changning"),
    "310106": ("静安区", "Jing'an"),
    "310107": ("普陀区", "Putuo"),
    HONGKOU: ("虹口区", "Hongkou"),
    "310110": ("杨浦区", "Yangpu"),
    "310112": ("闵行区", "Minhang"),
    "310113": ("宝山区", "Baoshan"),
    "310114": ("嘉定区", "Jiading"),
    "310115": ("浦东新区", "Pudong"),
    "310116": ("金山区", "Jinshan"),
    "310117": ("松江区", "Songjiang"),
    "310118": ("青浦区", "Qingpu"),
    "310120": ("奉贤区", "Fengxian"),
    "310151": ("崇明区", "Chongming"),
}


def _written(chinese: str, english: str) -> tuple[str, ...]:
    short, lower = chinese.removesuffix("新区").removesuffix("区"), english.lower()
    spoken = (lower, lower.replace("'", ""), lower.replace("'", "’"))
    return (
        *(chinese, short, f"上海市{chinese}", f"上海{chinese}"),
        *(f"{word}{ending}" for word in spoken for ending in ("", " district", " new area")),
    )


CODES = {word: code for code, names in NAMES.items() for word in _written(*names)}


def name_of(code: str) -> str:
    """In the active language; the code itself of a place outside the city."""
    chinese, english = NAMES.get(code, (code, ""))
    return f"{english} District" if english and not (get_language() or "").startswith("zh") else chinese
