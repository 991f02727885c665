"""The columns of both languages, and the audit trail of questions."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from policies.models import PolicyQuestion


@register(PolicyQuestion)
class PolicyQuestionTranslation(TranslationOptions):
    fields = ("question", "answer")


pghistory.track()(PolicyQuestion)
