import factory
from factory.django import DjangoModelFactory

from enterprises.models import Enterprise, Industry, Membership, Park, Subdistrict, Title, TitleGrant
from tests.factories.accounts import UserFactory


class IndustryFactory(DjangoModelFactory):
    class Meta:
        model = Industry
        django_get_or_create = ("code",)

    code = "I65"
    section = factory.LazyAttribute(lambda o: o.code[0])
    name_zh_hans = "软件和信息技术服务业"
    name_en = "Software and Information Technology Services"


class SubdistrictFactory(DjangoModelFactory):
    class Meta:
        model = Subdistrict
        django_get_or_create = ("code",)

    code = "310109014"
    name_zh_hans = "嘉兴路街道"
    name_en = "Jiaxing Road Subdistrict"


class ParkFactory(DjangoModelFactory):
    class Meta:
        model = Park
        django_get_or_create = ("slug",)

    slug = "fictional-park"
    name_zh_hans = "虚构园区"
    name_en = "Fictional Park"


class TitleFactory(DjangoModelFactory):
    class Meta:
        model = Title
        django_get_or_create = ("code",)

    code = "high_tech_enterprise"
    name_zh_hans = "高新技术企业"
    name_en = "High-tech enterprise"


class EnterpriseFactory(DjangoModelFactory):
    class Meta:
        model = Enterprise

    name_zh_hans = factory.Sequence(lambda n: f"虚构企业{n}有限公司")
    name_en = factory.Sequence(lambda n: f"Fictional Enterprise {n} Ltd")
    district = "310109"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    enterprise = factory.SubFactory(EnterpriseFactory)
    user = factory.SubFactory(UserFactory)
    role = "owner"
    state = "active"


class TitleGrantFactory(DjangoModelFactory):
    class Meta:
        model = TitleGrant

    enterprise = factory.SubFactory(EnterpriseFactory)
    title = factory.SubFactory(TitleFactory)
