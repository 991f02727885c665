import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from policies.models import Policy


class PolicyFactory(DjangoModelFactory):
    """A published policy, in force."""

    class Meta:
        model = Policy

    slug = factory.Sequence(lambda n: f"policy-{n}")
    title_zh_hans = factory.Sequence(lambda n: f"虚构政策{n}")
    title_en = factory.Sequence(lambda n: f"Fictional policy {n}")
    issuer_zh_hans = "虚构委员会"
    issuer_en = "Fictional Commission"
    summary_zh_hans = "虚构摘要。"
    summary_en = "A fictional summary."
    level = "district"
    category = "finance"
    support_type = "subsidy"
    published_at = factory.LazyFunction(timezone.now)
    version = 1
