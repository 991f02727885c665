"""What a version is called."""

from django.utils.translation import gettext as _

from outreach.models import PackageVersion


def named(version: PackageVersion) -> str:
    """The package and which version of it, in the active language."""
    return _("%(package)s, version %(number)s") % {"package": version.package.title, "number": version.number}
