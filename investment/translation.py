"""Which texts exist in both languages; the audit trail of these models is set here, so that it has both columns."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from investment import models

FIELDS = {
    models.Provider: ("name", "about"),
    models.Resource: ("title", "about", "address"),
    models.ResourceFile: ("about",),
}
for model, names in FIELDS.items():
    register(model)(type(f"{model.__name__}Translation", (TranslationOptions,), {"fields": names}))
    pghistory.track()(model)
