"""Figures for staff to look at."""

from __future__ import annotations

from django.contrib import admin

from analytics.models import DailyFigure
from key2key.common.staff_pages import ReadOnlyPage


@admin.register(DailyFigure)
class FigurePage(ReadOnlyPage):
    """Every figure of every day."""

    list_display = ("day", "entity_type", "entity", "metric", "value")
    list_filter = ("entity_type", "metric", "day")
    search_fields = ("=entity",)
    ordering = ("-day", "-id")
