import factory
from factory.django import DjangoModelFactory

from accounts.models import Department, User


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"dept-{n}")
    name_zh_hans = factory.Sequence(lambda n: f"虚构部门{n}")
    name_en = factory.Sequence(lambda n: f"Fictional Department {n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name_zh = factory.Sequence(lambda n: f"虚构人{n}")
    name_en = factory.Sequence(lambda n: f"Person {n}")
    language = "en"


class StewardFactory(UserFactory):
    roles = ["steward"]
    department = factory.SubFactory(DepartmentFactory, code="centre")


class HandlerFactory(UserFactory):
    roles = ["handler"]
    department = factory.SubFactory(DepartmentFactory)
