"""What a template names itself is said as Django's own tags say it, and looked for once."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Engine, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, set_script_prefix
from django.utils import translation

from portal.core.templatetags.said_once import Once

DJANGO = Engine(
    builtins=["django.templatetags.i18n", "django.templatetags.static"], context_processors=[], autoescape=True
)
PLAIN = Engine(builtins=DJANGO.builtins, autoescape=False)
SAID = (
    '{% translate "Policies" %}',
    "{% translate 'Policies' %}",
    '{% translate "100%% sure & <b>" %}',
    '{% translate "100% sure" noop %}',
    '{% translate "May" context "month name" %}',
    '{% translate "Policies" as word %}[{{ word }}|{{ word|upper }}]',
    '{% translate "a < b" as word %}[{{ word }}]',
    '{% url "policies:list" %}',
    "{% url 'home:front' %}",
    '{% url "policies:list" as where %}<a href="{{ where }}?a&b">',
    '{% url "no:such-page" as where %}[{{ where }}]',
    '{% static "css/base.css" %}',
    '{% static "it\'s.css" %}',
    '{% static "css/base.css" as file %}[{{ file }}]',
)
ASKED = (
    "{% translate word %}",
    '{% translate "Policies"|lower %}',
    '{% translate "May" context kind %}',
    "{% url name %}",
    '{% url "policies:detail" slug %}',
    '{% url "policies:detail" slug=slug %}',
    "{% static file %}",
    '{% static "css/base.css"|upper %}',
)
GIVEN = {"word": "Policies", "kind": "k", "name": "policies:list", "slug": "one", "file": "css/base.css"}


def nodes(text: str) -> list[Once]:
    return [node for node in Template(text).nodelist if isinstance(node, Once)]


@pytest.mark.parametrize("text", [*SAID, *ASKED])
@pytest.mark.parametrize("engine", [DJANGO, PLAIN], ids=["escaped", "plain"])
def test_it_says_what_django_says_in_each_language_and_again(text: str, engine: Engine) -> None:
    own, django = Template(text), engine.from_string(text)
    for language in ("en", "zh-hans", "en", "zh-hans"):
        with translation.override(language):
            context = {"autoescape": engine.autoescape}
            wanted = django.render(Context(GIVEN, **context))
            assert own.render(Context(GIVEN, **context)) == wanted


@pytest.mark.parametrize("text", SAID)
def test_it_is_looked_for_once_in_each_language(text: str) -> None:
    (once,), asked = nodes(text), []
    render = once.node.render
    once.node.render = lambda context: asked.append(1) or render(context)  # type: ignore[method-assign]
    for language in ("en", "zh-hans", "en", "zh-hans", "en"):
        with translation.override(language):
            once.render(Context())
    assert len(asked) == 2 - ("static" in text)


@pytest.mark.parametrize("text", ASKED)
def test_what_depends_on_the_page_is_asked_each_time(text: str) -> None:
    assert nodes(text) == []


def test_words_of_both_languages_on_one_page() -> None:
    text = '{% translate "Policies" %} {% language "zh-hans" %}{% translate "Policies" %}{% endlanguage %}'
    assert Template(text).render(Context()) == "Policies 政策"


def test_one_template_escapes_and_does_not() -> None:
    (static,) = nodes('{% static "it\'s.css" %}')
    assert [static.render(Context(autoescape=on)) for on in (True, False, True)] == [
        *("/static/it&#x27;s.css", "/static/it's.css", "/static/it&#x27;s.css")
    ]


def test_addresses_follow_the_prefix_the_addresses_in_force_and_the_current_app() -> None:
    (url,) = nodes('{% url "policies:list" %}')
    seen = [url.render(Context())]
    try:
        set_script_prefix("/below/")
        seen.append(url.render(Context()))
    finally:
        set_script_prefix("/")
    assert [*seen, url.render(Context())] == ["/en/policies/", "/below/en/policies/", "/en/policies/"]
    with override_settings(ROOT_URLCONF="allauth.urls"), pytest.raises(NoReverseMatch):
        url.render(Context())
    for named in ("policies", "elsewhere", None):
        request: Any = RequestFactory().get("/")
        request.resolver_match = SimpleNamespace(namespace=named)
        url.render(RequestContext(request))
    assert {key[3] for key in url.said} >= {"policies", "elsewhere", None}  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_missing_address_is_told_each_time(language: str) -> None:
    template = Template('{% url "no:such-page" %}')
    with translation.override(language):
        for _again in range(2):
            with pytest.raises(NoReverseMatch):
                template.render(Context())


@pytest.mark.parametrize("text", ["{% translate %}", "{% url %}", "{% static %}", '{% translate "a" often %}'])
def test_wrong_use_is_told_as_ever(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(text)
