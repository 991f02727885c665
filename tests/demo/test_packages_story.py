"""The demo's package for partners: handed over to two, its first version superseded."""

import pytest

from notices.models import Message
from outreach.enums import Publication
from outreach.models import HandOver, PackageVersion, ShareUse
from portal.demo.clock import Clock
from portal.demo.outreach import packages
from portal.demo.outreach.partners import SLUG
from portal.demo.story import Story
from tests.factories import outreach as make
from tests.factories.policies import PolicyFactory


@pytest.mark.django_db
@pytest.mark.parametrize("missing", [0, 1])
def test_two_versions_at_two_partners(missing: int) -> None:
    """A policy that is no longer in force on the demo's day is left out."""
    slugs = [*packages.FIRST, *packages.SECOND]
    for slug in slugs[missing:]:
        PolicyFactory(slug=slug)
    PolicyFactory(slug=packages.RENT)
    people = {"zheng": make.organiser(), "xu": make.reviewer()}
    people["tan"] = make.contact(make.partner(slug=SLUG)).user
    clock = Clock()
    for act in packages.acts(Story(people=people), clock):
        with clock.at(act.moment):
            act.happen()
    second, first = PackageVersion.objects.filter(package__title_en=packages.TEXTS["title_en"])
    assert (first.state, second.state) == (Publication.SUPERSEDED, Publication.PUBLISHED)
    assert second.pieces.count() == len(slugs) - missing
    assert HandOver.objects.filter(version=second).count() == 2
    assert HandOver.objects.exclude(received_at=None).count() == 2
    rent = PackageVersion.objects.get(package__title_en=packages.RENT_PACK["title_en"])
    assert (rent.state, rent.hand_overs.get().received_at) == (Publication.PUBLISHED, None)
    assert set(ShareUse.objects.values_list("link__version", flat=True)) == {first.pk, second.pk}
    assert Message.objects.filter(recipient=people["tan"]).count() == 3
