"""`{% translate %}`, `{% url %}` and `{% static %}` of what the template itself names: found once, not for each page.

Django asks for them every time, and a page's frame alone has some eighty. What depends on the page is left to Django.
"""

from collections.abc import Callable, Hashable
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import BaseContext
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import do_translate
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf
from django.utils.translation import get_language

register = template.Library()


class Once(Node):
    """A node that says the same each time, as long as `key` gives the same; or keeps it as a variable of the page."""

    child_nodelists = ()

    def __init__(self, node: Node, name: str | None, key: Callable[[Any], Hashable]) -> None:
        self.node, self.name, self.key = node, name, key
        self.said: dict[Hashable, Any] = {}

    def render(self, context: BaseContext) -> Any:
        key = self.key(context)
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = self._say(context)
        if self.name is None:
            return said
        context[self.name] = said
        return ""

    def _say(self, context: BaseContext) -> Any:
        said = self.node.render(context)  # type: ignore[arg-type]
        return said if self.name is None else context[self.name]


def _named(*expressions: FilterExpression | None) -> bool:
    """Written out in the template, and nothing done to it."""
    return all(each is None or (_text(each) and not each.filters) for each in expressions)


def _text(expression: FilterExpression) -> bool:
    """A variable without a name is what stands between quotes."""
    return isinstance(expression.var, str) or getattr(expression.var, "lookups", ()) is None


def _language(_context: Any) -> Hashable:
    return get_language()


def _addresses(context: Any) -> Hashable:
    """Where addresses come from; `current_app` is what Django's own tag takes for it."""
    request = getattr(context, "request", None)
    match = getattr(request, "resolver_match", None)
    app = getattr(request, "current_app", getattr(match, "namespace", None))
    return get_language(), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), app, context.autoescape


def _files(context: Any) -> Hashable:
    return settings.STATIC_URL, context.autoescape


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    node = do_translate(parser, token)
    if _named(node.filter_expression, node.message_context):
        return Once(node, node.asvar, _language)
    return node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    node = django_url(parser, token)
    if _named(node.view_name) and not node.args and not node.kwargs:
        return Once(node, node.asvar, _addresses)
    return node


@register.tag
def static(parser: Parser, token: Token) -> Node:
    node = StaticNode.handle_token(parser, token)
    if _named(node.path):
        return Once(node, node.varname, _files)
    return node
