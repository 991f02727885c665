import pghistory
from modeltranslation.translator import TranslationOptions, register

from stewards.models import RequestCategory


@register(RequestCategory)
class RequestCategoryTranslation(TranslationOptions):
    fields = ("name",)


# Tracked here: a decorator on the model would leave the columns of the languages out of the audit trail.
pghistory.track()(RequestCategory)
