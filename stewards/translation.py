import pghistory
from modeltranslation.translator import TranslationOptions, register

from stewards.models import CannedAnswer, Obstacle, QuestionHint, RequestCategory, Step, Tag, UsualSteps


@register(RequestCategory)
class RequestCategoryTranslation(TranslationOptions):
    fields = ("name",)


@register(CannedAnswer)
class CannedAnswerTranslation(TranslationOptions):
    fields = ("title", "text")


@register(QuestionHint)
class QuestionHintTranslation(TranslationOptions):
    fields = ("text",)


@register(Obstacle)
class ObstacleTranslation(TranslationOptions):
    fields = ("title", "said", "did")


@register(Tag)
class TagTranslation(TranslationOptions):
    fields = ("name",)


@register(Step)
class StepTranslation(TranslationOptions):
    fields = ("text",)


@register(UsualSteps)
class UsualStepsTranslation(TranslationOptions):
    fields = ("steps",)


# Tracked here: a decorator on the model would leave the columns of the languages out of the audit trail.
pghistory.track()(RequestCategory)
for _model in (Tag, Step, UsualSteps):
    pghistory.track()(_model)
pghistory.track()(CannedAnswer)
pghistory.track()(QuestionHint)
pghistory.track()(Obstacle)
