"""Sets of enterprises as integers: bit n stands for the n-th key of a shard. Stored as bytes, lowest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

SHARD = 8192  # keys in a shard: a policy's row of it is a kilobyte at most, kept in the table itself
DIGITS, ONE = b"0" * SHARD, ord("1")


def set_of(places: Iterable[int]) -> int:
    """By way of digits of base two, which are quicker to set than bits."""
    digits = bytearray(DIGITS)
    for place in places:
        digits[place] = ONE
    digits.reverse()
    return int(digits, 2)


def places_in(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def packed(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def unpacked(stored: "bytes | memoryview") -> int:
    return int.from_bytes(stored, "little")


def by_shard(keys: Iterable[int]) -> Mapping[int, int]:
    """Keys of enterprises as one set for each shard; 0 for a shard without any."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for key in keys:
        places[key // SHARD].append(key % SHARD)
    return defaultdict(int, {shard: set_of(found) for shard, found in places.items()})
