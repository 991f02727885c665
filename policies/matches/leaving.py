"""An enterprise leaves, closes, is merged, or comes back: its matches are due again, as after a change of its facts."""

from enterprises.models import Enterprise
from policies.models import NewMatch, ProfileChange


def look_again(enterprise: Enterprise) -> None:
    """News that nobody was told of yet are no news of an enterprise that is gone."""
    ProfileChange.objects.create(enterprise=enterprise.pk)
    if not enterprise.is_operating:
        NewMatch.objects.filter(enterprise=enterprise, told_at=None).delete()
