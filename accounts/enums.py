from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member of staff does (domain.md, “People”). Enterprise staff hold none: membership makes them."""

    STEWARD = "steward", _("Service steward")
    HANDLER = "handler", _("Department handler")
    EDITOR = "editor", _("Policy editor")
    TRANSLATOR = "translator", _("Translator")
    REVIEWER = "reviewer", _("Policy reviewer")
    ADMIN = "admin", _("Service-centre admin")
    LEADER = "leader", _("Linked leader")
    AUDITOR = "auditor", _("Auditor")


DESK_ROLES = (Role.STEWARD, Role.HANDLER, Role.ADMIN, Role.LEADER)
PUBLISHING_ROLES = (Role.EDITOR, Role.TRANSLATOR, Role.REVIEWER)


class ErasureState(models.TextChoices):
    """Of a person's wish to be forgotten."""

    WAITING = "waiting", _("waiting to be checked")
    DONE = "done", _("carried out")
    REFUSED = "refused", _("not carried out")
    WITHDRAWN = "withdrawn", _("taken back")
