"""The audit trail of imports: who confirmed what. Loaded by policies/translation.py."""

import pghistory

from policies.models import PolicyImport

pghistory.track(
    *(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()),
    fields=["id", "uploader", "name", "kind", "counts", "results", "created_at", "confirmed_at", "finished_at"],
    model_name="PolicyImportEvent",
)(PolicyImport)
