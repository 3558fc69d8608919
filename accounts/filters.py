"""What staff may ask of the list of users."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class UserFilter(django_filters.FilterSet):
    """Search and narrow the list of users."""

    q = django_filters.CharFilter(
        method="search", label=_("Part of the name, e-mail or phone."), max_length=100
    )
    role = django_filters.ChoiceFilter(choices=User.Role.choices)
    status = django_filters.ChoiceFilter(choices=User.Status.choices)
    is_staff = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields = ("q", "role", "status", "is_staff")

    def search(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Users whose name, e-mail or phone has the text in it."""
        found = Q(full_name__icontains=value) | Q(email__icontains=value) | Q(phone__contains=value)
        return queryset.filter(found)
