"""Sessions in PostgreSQL as Django keeps them; read by a statement that is planned once, as every page reads one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.core.prepared import MOMENT, TEXT, kept


def _of_key() -> QuerySet[Session]:
    return Session.objects.filter(session_key=TEXT, expire_date__gt=MOMENT)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = kept(_of_key).all({TEXT: self.session_key, MOMENT: timezone.now()})
        if found:
            session: Session = found[0]
            return session
        self._session_key = None
        return None
