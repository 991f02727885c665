"""The demonstration's reception room is made by the verbs, at their moments."""

import pytest

from accounts.enums import Role
from notices.models import Message
from outreach.enums import RegistrationState
from outreach.models import Occasion, Place, Registration, Topic, Zone
from outreach.reception.queries import figures, lines
from portal.core.calendar import current
from portal.demo.clock import Clock
from portal.demo.outreach import reception
from portal.demo.story import Story
from tests.factories.accounts import StewardFactory, UserFactory


@pytest.mark.django_db
def test_the_story_of_the_room() -> None:
    people = {"zheng": UserFactory(roles=[Role.EDITOR]), "chen": StewardFactory(), "emma": UserFactory()}
    clock = Clock()
    for act in sorted(reception.acts(Story(people=people), clock), key=lambda act: act.moment):
        with clock.at(act.moment):
            act.happen()
    assert Zone.objects.count() == 5
    place = Place.objects.get(slug=reception.VENUE)
    assert place.source_url
    assert place.address_en in ("", None)  # the source does not say
    for topic in Topic.objects.all():
        assert len(topic.checklist_zh_hans.splitlines()) == len(topic.checklist_en.splitlines()) == len(lines(topic))
    came = Registration.objects.filter(state=RegistrationState.ATTENDED)
    assert came.exclude(note="").count() == came.filter(walk_in=True).count() == 1
    assert came.get(request__isnull=False).request.subject
    assert Registration.objects.filter(state=RegistrationState.MISSED).count() == 1
    assert Registration.objects.filter(state=RegistrationState.CONFIRMED).count() == 4
    moved = Registration.objects.get(email="ana.ejemplo@guest.example")
    assert Message.objects.filter(key__contains=f":moved:{moved.occasion_id}").exists()
    told = [each.count for each in figures()["topics"]]
    assert None in told
    assert any(told)
    days = Occasion.objects.values_list("day", flat=True)
    assert len(days) > 10
    assert all(current().is_working(day) for day in days)
    assert not Message.objects.exclude(email__endswith=".example").exclude(recipient__in=people.values()).exists()
