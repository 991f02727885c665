"""Which texts exist in both languages; the audit trail is set here, so that it has both columns."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from insights.models import Chain, ChainStep, Outline


@register(Chain)
class ChainTranslation(TranslationOptions):
    fields = ("name", "about")


@register(ChainStep)
class ChainStepTranslation(TranslationOptions):
    fields = ("name",)


for model in (Chain, ChainStep, ChainStep.divisions.through, Outline):
    pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)
