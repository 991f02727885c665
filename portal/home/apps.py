from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"

    def ready(self) -> None:
        """Which rows move when records are merged is told in words for people."""
        from portal.home.moved import name_all

        name_all()
