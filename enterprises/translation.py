import pghistory
from modeltranslation.translator import TranslationOptions, register

from enterprises.models import Enterprise, EnterpriseTag, Industry, Park, Subdistrict, Title


@register(Industry)
class IndustryTranslation(TranslationOptions):
    fields = ("name",)


@register(Subdistrict)
class SubdistrictTranslation(TranslationOptions):
    fields = ("name",)


@register(Park)
class ParkTranslation(TranslationOptions):
    fields = ("name", "address")


@register(Title)
class TitleTranslation(TranslationOptions):
    fields = ("name",)


@register(Enterprise)
class EnterpriseTranslation(TranslationOptions):
    fields = ("name", "address", "operating_address")


@register(EnterpriseTag)
class EnterpriseTagTranslation(TranslationOptions):
    fields = ("name",)


# Tracked here: a decorator on the model would leave the columns of the languages out of the audit trail.
# By statement: extracts and rounds of tiers change thousands of records by one.
pghistory.track(level=pghistory.Statement)(Enterprise)
pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(EnterpriseTag)
