import pghistory
from modeltranslation.translator import TranslationOptions, register

from policies.consultation import translation as consultations  # noqa: F401
from policies.exchange import translation as exchange  # noqa: F401
from policies.models import Following, Package, PackageItem, Policy, Revision, SavedSearch, SynonymGroup
from policies.questions import translation as questions  # noqa: F401


@register(Policy)
class PolicyTranslation(TranslationOptions):
    fields = ("title", "issuer", "summary", "benefit", "how_to_apply", "materials", "contact")


@register(Package)
class PackageTranslation(TranslationOptions):
    fields = ("title", "introduction")


@register(PackageItem)
class PackageItemTranslation(TranslationOptions):
    fields = ("note",)


# Tracked here: a decorator on the model would leave the columns of the languages out of the audit trail.
pghistory.track(exclude=["search"])(Policy)
pghistory.track()(Revision)
pghistory.track()(Package)
pghistory.track()(PackageItem)
pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(SynonymGroup)
pghistory.track(
    *(pghistory.InsertEvent(), pghistory.DeleteEvent()),
    fields=["id", "person", "policy", "since"],
    model_name="FollowingEvent",
)(Following)
pghistory.track(
    *(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()), exclude=["checked_at", "told_at"]
)(SavedSearch)
