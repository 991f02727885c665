"""Pages with numbers, for lists that are counted; the long ones have cursors (keyset.py)."""


class Numbered:
    """The neighbours of a page: to be mixed into a class that has `number` (from 1) and `last`."""

    __slots__ = ()
    number: int
    last: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None
