from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.enums import Role
from accounts.models import User


class Command(BaseCommand):
    help = "Makes the person with this e-mail address an admin of the service centre; the way in to a new portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is no e-mail address.") from None
        with transaction.atomic():
            user = User.objects.select_for_update().filter(email__iexact=email).first()
            created = user is None
            if user is None:
                user = User.objects.create_user(email)
                EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            if not user.is_active:
                raise CommandError(f"{user.email} is switched off.")
            if Role.ADMIN not in user.roles:
                user.roles = [*user.roles, Role.ADMIN]
                user.save(update_fields=["roles"])
        self.stdout.write(f"{user.email} is an admin of the service centre.")
        if created:
            self.stdout.write("The person is new: “Forgot your password?” on the sign-in page lets them set one.")
