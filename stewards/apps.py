from django.apps import AppConfig


class StewardsConfig(AppConfig):
    name = "stewards"

    def ready(self) -> None:
        """Who looks after an enterprise hears when it leaves, closes or comes back."""
        from enterprises.records import above
        from stewards.queries import stewards_of

        above.told_of(stewards_of)
