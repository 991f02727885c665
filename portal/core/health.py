"""/healthz (the process answers) and /readyz (database, Valkey and a worker do), before hosts and sessions."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

from portal.core.tasks import HEARTBEAT_KEY, HEARTBEAT_MAX_AGE


class HealthMiddleware:
    """Answers the two probe addresses without session, host check or HTTPS redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    """200 when database, Valkey and a worker's heartbeat are there; else 503 with what is missing."""
    parts = {"database": _database(), "valkey": _valkey(), "worker": _worker()}
    return JsonResponse(parts, status=200 if all(v == "ok" for v in parts.values()) else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "unreachable"
    finally:
        connection.close_if_unusable_or_obsolete()
    return "ok"


def _valkey() -> str:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except (RedisError, OSError):
        return "unreachable"
    return "ok"


def _worker() -> str:
    seen = cache.get(HEARTBEAT_KEY)
    if seen is None:
        return "no heartbeat"
    age = int(time.time() - seen)
    if age < -HEARTBEAT_MAX_AGE:
        return f"last heartbeat {-age} s ahead of the clock"
    return "ok" if age <= HEARTBEAT_MAX_AGE else f"last heartbeat {age} s ago"
