import pghistory
from modeltranslation.translator import TranslationOptions, register

from engagement.models import QuietPeriod
from engagement.surveys.models import Survey, SurveyQuestion


@register(QuietPeriod)
class QuietPeriodTranslation(TranslationOptions):
    fields = ("name",)


@register(Survey)
class SurveyTranslation(TranslationOptions):
    fields = ("title", "about")


@register(SurveyQuestion)
class SurveyQuestionTranslation(TranslationOptions):
    fields = ("text",)


# Tracked here: a decorator on the model would leave the columns of the languages out of the audit trail.
pghistory.track()(QuietPeriod)
pghistory.track()(Survey)
pghistory.track()(SurveyQuestion)
