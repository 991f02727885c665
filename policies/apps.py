from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "policies"

    def ready(self) -> None:
        """What is stored of an enterprise's matches is looked at again when its record is merged or leaves."""
        from enterprises.records import above
        from policies.matches.leaving import look_again

        above.after_change(look_again)
