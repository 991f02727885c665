"""What helps people find: synonyms, and searches that found nothing."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SynonymGroup(models.Model):
    """Words with the same meaning: a search for one of them also asks for the others (`portal.core.meanings`)."""

    words_zh_hans = ArrayField(models.CharField(max_length=60), verbose_name=_("words"), default=list, blank=True)
    words_en = ArrayField(models.CharField(max_length=60), verbose_name=_("words"), default=list, blank=True)
    lock_version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return " = ".join(self.words)

    @property
    def words(self) -> list[str]:
        return [*self.words_zh_hans, *self.words_en]


class MissedSearch(models.Model):
    """Words for which nothing was found; never who asked, nor when but for the day of the last time."""

    words = models.CharField(_("words searched for"), max_length=60)
    language = models.CharField(_("language of the page"), max_length=8)
    count = models.PositiveIntegerField(_("how often"), default=1)
    last_day = models.DateField(_("last searched for"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["words", "language"], name="missed_search_once")]
        indexes: ClassVar = [models.Index(fields=["-count", "-id"], name="missed_search_most")]

    def __str__(self) -> str:
        return self.words
