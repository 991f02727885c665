from django.apps import AppConfig

from portal.core.triggers import remember

remember()


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        from portal.core import checks  # noqa: F401 - registers them
