from django import template

from accounts.models import User
from policies.publishing.rooms import Room, rooms_for

register = template.Library()


@register.simple_tag
def publishing_rooms(user: User, here: str) -> list[Room]:
    """The rooms of the publishing desk that the person may enter."""
    return rooms_for(user, here)
