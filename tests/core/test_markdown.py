"""Markdown of officials: what they may make of it, and that nothing else becomes markup."""

import re
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.markdown import rendered

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick=alert(1)>bold</b> text",
    "<style>body{display:none}</style>",
    "<div style='x'>\n\n# in it\n\n</div>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\nscript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](//evil.example)",
    "[click](/\\evil.example)",
    "[click](vbscript:x)",
    "<javascript:alert(1)>",
    "![picture](https://evil.example/track.gif)",
    '[a](https://e.example "x\\" onclick=alert(1)")',
    "[ref]\n\n[ref]: javascript:alert(1)",
    "| a | b |\n|:--|--:|\n| 1 | 2 |",
    "```html\n<script>\n```",
    "&lt;script&gt;",
]


BLOCKS = {"p", "ul", "ol", "li", "pre", "blockquote", "hr", "br", "table", "thead", "tbody", "tr", "th", "td"}
KNOWN = {*BLOCKS, *(f"h{level}" for level in range(2, 7)), "em", "strong", "a", "code"}
HREF = re.compile(r"(?:https?://|mailto:|tel:|/[^/\\]|#)")


class Markup(HTMLParser):
    """What a browser would take for markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    @property
    def is_harmless(self) -> bool:
        names = {name for name, _value in self.attributes}
        links = [value or "" for name, value in self.attributes if name == "href"]
        return self.tags <= KNOWN and names <= {"href", "title", "class", "start"} and all(map(HREF.match, links))


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_harmful_comes_out(text: str) -> None:
    assert Markup(rendered(text)).is_harmless


def test_the_search_for_harm_finds_it() -> None:
    assert not any(
        Markup(html).is_harmless for html in ("<b>", "<p onclick=x>", '<a href="javascript:x">', "<td style=x>")
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("**政策**解读", "<p><strong>政策</strong>解读</p>"),
        ("- 一\n- 二", "<ul>\n<li>一</li>\n<li>二</li>\n</ul>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("[门户](https://portal.example/x)", '<p><a href="https://portal.example/x">门户</a></p>'),
        ("[表](/zh-hans/policies/)", '<p><a href="/zh-hans/policies/">表</a></p>'),
        ("[电话](tel:02125015326)", '<p><a href="tel:02125015326">电话</a></p>'),
        ("<b>粗</b>", "<p>&lt;b&gt;粗&lt;/b&gt;</p>"),
    ],
)
def test_what_may_be_written(text: str, html: str) -> None:
    assert rendered(text).strip() == html


def test_tables_carry_no_style() -> None:
    html = rendered("| 项目 | 金额 |\n|---|--:|\n| 租金 | 20% |")
    assert "<td>20%</td>" in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("text", "top", "levels"),
    [
        ("# a\n\n## b\n\n# c", 2, ["2", "3", "2"]),
        ("## a\n\n#### b", 2, ["2", "3"]),  # no level is left out
        ("###### a", 3, ["3"]),
        ("a\n===\n\nb\n---", 2, ["2", "3"]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f", 3, ["3", "4", "5", "6", "6", "6"]),
    ],
)
def test_headings_fit_under_the_pages_own(text: str, top: int, levels: list[str]) -> None:
    html = rendered(text, top=top)
    assert re.findall(r"<h(\d)>", html) == re.findall(r"</h(\d)>", html) == levels


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>/\"'=`[]()!#*|-:&; \n\\abjsonclick政", max_size=80))
def test_whatever_is_typed_stays_text(text: str) -> None:
    assert Markup(rendered(text)).is_harmless


@pytest.mark.parametrize(
    ("address", "becomes_a_link"),
    [
        ("https://portal.example/a?b=c&d=e#f", True),
        ("HTTPS://portal.example", True),
        ("http://portal.example", True),
        ("mailto:a@portal.example", True),
        ("tel:12345", True),
        ("/en/policies/", True),
        ("/", True),
        ("#section", True),
        ("//evil.example/x", False),
        ("///evil.example", False),
        ("ftp://evil.example", False),
        ("file:///etc/passwd", False),
        ("blob:https://evil.example/1", False),
        ("data:image/svg+xml,x", False),
        ("java&Tab;script:alert(1)", False),
        ("javascript&colon;alert(1)", False),
        ("&#x1;javascript:alert(1)", False),
        ("\u00a0javascript:alert(1)", False),
        ("feed:javascript:alert(1)", False),
        ("https:javascript:alert(1)", False),
        ("relative/page", False),
        ("?q=1", False),
    ],
)
def test_where_links_may_lead(address: str, becomes_a_link: bool) -> None:
    for text in (f"[x]({address})", f"[x](<{address}>)", f"[x]\n\n[x]: {address}"):
        assert ("<a href=" in rendered(text)) is becomes_a_link, text


def test_a_tab_in_a_place_of_this_site_is_no_way_out() -> None:
    """Browsers leave tabs and line ends out of an address: “/<tab>/evil” would be another site."""
    assert 'href="/%09/evil.example"' in rendered("[x](</\t/evil.example>)")
    assert 'href="/%09/evil.example"' in rendered("[x](/&Tab;/evil.example)")


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 5_000, "![" * 5_000, "*a" * 5_000, "> " * 5_000, "<" * 5_000, "](" * 5_000, "&" * 5_000, "\\" * 5_000),
        *(
            "a|" * 50 + "\n" + "-|" * 50 + "\n" + "x\n" * 100,
            "\n".join(" " * n + "- a" for n in range(150)),
            "`" * 5_000,
        ),
    ],
    ids=range(11),
)
def test_what_is_meant_to_choke_the_reader_does_not(text: str) -> None:
    before = process_time()
    assert Markup(rendered(text)).is_harmless
    assert process_time() - before < 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("\x00", "<p>\ufffd</p>"),
        ("a\r\nb", "<p>a\nb</p>"),
        ("\u202eabc", "<p>\u202eabc</p>"),
        ("😀", "<p>😀</p>"),
        ("<!-- x -->", "<p>&lt;!-- x --&gt;</p>"),
        ("&copy;", "<p>©</p>"),
        ("&lt;b&gt;", "<p>&lt;b&gt;</p>"),
        ("{{ 7|add:7 }} %(x)s", "<p>{{ 7|add:7 }} %(x)s</p>"),
        ("3. 三\n4. 四", '<ol start="3">\n<li>三</li>\n<li>四</li>\n</ol>'),
        ("> 引", "<blockquote>\n<p>引</p>\n</blockquote>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ('```js" onclick=x\n1\n```', '<pre><code class="language-js&quot;">1\n</code></pre>'),
        ('[x](/a "t\\" y")', '<p><a href="/a" title="t&quot; y">x</a></p>'),
        ("https://not.linked.example", "<p>https://not.linked.example</p>"),
        ("<https://linked.example>", '<p><a href="https://linked.example">https://linked.example</a></p>'),
        ("![图](/en/a.png)", '<p>!<a href="/en/a.png">图</a></p>'),
    ],
    ids=range(16),
)
def test_odd_texts(text: str, html: str) -> None:
    assert rendered(text).strip() == html


def test_the_reader_keeps_nothing_of_a_text_for_the_next() -> None:
    assert "<a" in rendered("[x]\n\n[x]: https://one.example")
    assert "<a" not in rendered("[x]")
