"""The official working-day calendar: overrides and published years, kept by the service centre."""

from django.db import models


class CalendarYear(models.Model):
    """A year whose working-day calendar the State Council has published."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from the plain Monday-to-Friday week (or from the library's calendar)."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    note = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.day}: {'working' if self.working else 'off'}"
