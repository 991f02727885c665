"""What all rooms share beside places, times and registrations: materials, pieces of what is composed, feedback."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.enums import MaterialKind
from outreach.models.shared import Occasion, Place, Registration, Sourced, StoredFile, new_code
from policies.models import Interpretation, Policy
from stewards.models import HelpRequest


class Material(Sourced):
    """Something to read, hand out or show: a guide, a leaflet, slides. Its editions are rows of MaterialEdition."""

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=MaterialKind.choices, default=MaterialKind.GUIDE)
    policy = models.ForeignKey(
        Policy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("policy")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class MaterialEdition(models.Model):
    """One edition; the highest number is the current one. At least one file, a text or a link to read it."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("edition"))
    issued_on = models.DateField(_("issued"))
    code = models.CharField(max_length=8, unique=True, default=new_code)  # printed on it as a QR code
    file_zh = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Chinese file")
    )
    file_en = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("English file")
    )
    policy_version = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["material", "number"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.material_id} #{self.number}"


@pghistory.track()
class OccasionMaterial(models.Model):
    """What is handed out at an occasion, or can be read after it."""

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="handouts")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["occasion", "material"], name="handout_once")]

    def __str__(self) -> str:
        return f"{self.occasion_id}: {self.material_id}"


class Piece(models.Model):
    """One piece of something that is composed: a package for partners, an issue of the bulletin. Exactly one of policy,
    interpretation, material, event; a piece without any is the editor's own text (`heading` and `words`).
    `version` is the policy's when the piece was put in, so that a later one shows."""

    position = models.PositiveSmallIntegerField(default=0)
    policy = models.ForeignKey(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(null=True, blank=True)
    interpretation = models.ForeignKey(
        Interpretation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    material = models.ForeignKey(Material, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(Occasion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]


@pghistory.track(exclude=["email"])
class Feedback(models.Model):
    """What somebody says about a place, an occasion or a package; without a name, with an address only if they want
    an answer. `request`: what it became."""

    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback")
    occasion = models.ForeignKey(Occasion, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback")
    registration = models.OneToOneField(
        Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="feedback"
    )
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    found = models.BooleanField(_("found what was needed"), null=True, blank=True)
    text = models.TextField(_("comment"), max_length=2000, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField(default=timezone.now)
    request = models.ForeignKey(HelpRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(place__isnull=False, occasion__isnull=True) | Q(place__isnull=True, occasion__isnull=False),
                name="feedback_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="feedback_rating_of_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.rating}"
