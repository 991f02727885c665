"""A cache that the portal can live without: when Valkey is away, reads miss and writes are dropped."""

import logging
import uuid
from collections import defaultdict
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from portal.core.breaker import Breaker

log = logging.getLogger(__name__)
RUN = "run"
_breakers: defaultdict[str, Breaker] = defaultdict(Breaker)  # by server: Django makes a cache for each thread


class TallyingRedisCache(RedisCache):
    """Django's Redis cache, with counters that are kept together under one name."""

    _cache: Any

    def tally(self, name: str, field: str, seconds: int) -> bool:
        """Count one more of `field`; in one round trip. The first count begins a run, which ends with its name."""
        key = self.make_and_validate_key(name)
        with self._cache.get_client(key, write=True).pipeline(transaction=False) as pipe:
            pipe.hsetnx(key, RUN, uuid.uuid4().hex)  # first, so that no count is ever seen without its run
            pipe.hincrby(key, field, 1)
            pipe.expire(key, seconds)
            pipe.execute()
        return True

    def tallied(self, name: str) -> "tuple[str, dict[str, int]] | None":
        """The run and what it counted so far; ("", {}) where nothing was. Reading takes nothing away."""
        key = self.make_and_validate_key(name)
        kept = {field.decode(): count.decode() for field, count in self._cache.get_client(key).hgetall(key).items()}
        run = kept.pop(RUN, "")
        return run, {field: int(count) for field, count in kept.items()}


class ForgivingRedisCache(TallyingRedisCache):
    """Django's Redis cache; an unreachable server is logged and answers as an empty cache, at once for some seconds."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._breaker = _breakers[str(server)]

    def _try(self, name: str, fallback: Any, *args: Any, **kwargs: Any) -> Any:
        if self._breaker.open:
            return fallback
        try:
            return getattr(super(), name)(*args, **kwargs)
        except RedisError as error:
            self._breaker.trip()
            log.warning("cache %s failed: %s", name, error)
            return fallback

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("add", True, key, value, *args, **kwargs)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try("get", default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("set", None, key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("touch", False, key, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._try("delete", False, key, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try("get_many", {}, keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("set_many", [], data, *args, **kwargs)

    def delete_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try("delete_many", None, keys, version)

    def has_key(self, key: Any, version: int | None = None) -> Any:
        return self._try("has_key", False, key, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._try("incr", delta, key, delta, version)

    def tally(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try("tally", False, *args, **kwargs))

    def tallied(self, name: str) -> "tuple[str, dict[str, int]] | None":
        counted: tuple[str, dict[str, int]] | None = self._try("tallied", None, name)
        return counted

    def clear(self) -> Any:
        return self._try("clear", False)
