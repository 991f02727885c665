"""Which texts exist in both languages; the audit trail of these models is set here, so that it has both columns."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from outreach import models

FIELDS = {
    models.Place: ("name", "address", "directions", "hours_note", "source_note"),
    models.Occasion: ("title", "room", "cancelled_why", "source_note"),
    models.Material: ("title", "summary", "source_note"),
    models.Partner: ("name", "about", "address", "source_note"),
    models.Memorandum: ("title", "district_side", "summary", "ended_why", "source_note"),
    models.JointTask: ("title", "note"),
    models.YearlyReview: ("text",),
    models.Amendment: ("why",),
    models.PartnerPackage: ("title",),
    models.PackageVersion: ("introduction", "why"),
    models.PackagePiece: ("words",),
    models.Event: ("theme", "about", "host", "summary"),
    models.Speaker: ("name", "role", "topic"),
    models.Bulletin: ("title", "words", "issuer", "source_note"),
    models.BulletinPiece: ("heading", "words"),
    models.Correction: ("text",),
    models.Zone: ("name", "about"),
    models.Topic: ("name", "about", "checklist"),
    models.PublicityPoint: ("about",),
    models.ObserverBatch: ("name", "call", "result", "source_note"),
    models.Assignment: ("task",),
    models.Observation: ("said", "did"),
}
for model, names in FIELDS.items():
    register(model)(type(f"{model.__name__}Translation", (TranslationOptions,), {"fields": names}))
    pghistory.track()(model)
