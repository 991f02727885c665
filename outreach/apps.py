from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "outreach"

    def ready(self) -> None:
        """An answer's follow-ups can point to what is published here; invitations stand
        on the contact record, what observers found under “You said, we did”."""
        from engagement import elsewhere
        from outreach import cards
        from outreach.events import record
        from outreach.observers.told import GROUP
        from stewards.deskwork import records
        from stewards.rating import told

        records.register(*cards.kinds())
        elsewhere.register(record.entries)
        told.register(GROUP)
