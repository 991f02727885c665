"""Who is signed in: allauth's backend, with the person read by a statement that is planned once, as each page reads."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from accounts.models import User
from portal.core.prepared import KEY, kept


def _of_key() -> QuerySet[User]:
    return User._default_manager.filter(pk=KEY)


class Backend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        found: list[User] = kept(_of_key).all({KEY: user_id})
        return found[0] if found and self.user_can_authenticate(found[0]) else None
