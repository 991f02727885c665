from modeltranslation.translator import TranslationOptions, register

from accounts.models import Department


@register(Department)
class DepartmentTranslation(TranslationOptions):
    fields = ("name", "duties")
