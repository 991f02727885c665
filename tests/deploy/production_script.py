"""Run by test_demo_mode.py with production settings: what of the demo can be seen."""

import json
import sys

from django.conf import settings
from django.core.management import get_commands
from django.test import Client
from django.urls import NoReverseMatch, reverse

client = Client(headers={"host": "portal.example"})
try:
    found = reverse("demo:people")
except NoReverseMatch as error:
    found = type(error).__name__
sign_in = client.get("/en/accounts/login/", secure=True)
pages = ("demo/", "demo/sign-in/", "demo/mail/", "demo/mail/00000000-0000-0000-0000-000000000000/")
facts = {
    "installed": "portal.demo" in settings.INSTALLED_APPS,
    "commands": sorted({"seed", "demo_people"} & set(get_commands())),
    "reverse": found,
    "sign_in_status": sign_in.status_code,
    "sign_in_page": sign_in.content.decode(),
    "demo_pages": {
        f"{language}/{page}": client.get(f"/{language}/{page}", secure=True).status_code
        for page in pages
        for language in ("en", "zh-hans")
    },
}
sys.stdout.write(json.dumps(facts))
