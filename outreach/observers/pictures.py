"""An observer's pictures: drawn anew (portal.core.pictures)."""

from portal.core.pictures import LARGEST, redrawn

MOST = 4
clean = redrawn
__all__ = ["LARGEST", "MOST", "clean"]
