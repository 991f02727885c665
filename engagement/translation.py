import pghistory
from modeltranslation.translator import TranslationOptions, register

from engagement.models import QuietPeriod


@register(QuietPeriod)
class QuietPeriodTranslation(TranslationOptions):
    fields = ("name",)


# Tracked here: a decorator on the model would leave the columns of the languages out of the audit trail.
pghistory.track()(QuietPeriod)
