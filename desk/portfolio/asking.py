"""What a request asks of the list, read once for the page, the files and the bulk actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import QueryDict

from contracts.models import Caisse, Convention
from contracts.services.visibility import visible_caisses, visible_conventions
from desk.portfolio import columns
from desk.portfolio.forms import SearchForm
from desk.portfolio.narrowing import narrowed
from desk.portfolio.types import Types

_NOT_ASKED = ("apres", "avant", "vue")
"""What says where one is in the list, and not which list it is."""


class Word(NamedTuple):
    """One filter in use, and the address of the list without it."""

    facet: str
    words: str
    without: str


@dataclass
class Asked:
    """The list that a user asks for."""

    user: AbstractBaseUser
    given: QueryDict
    today: date

    @cached_property
    def types(self) -> Types:
        return Types()

    @cached_property
    def caisses(self) -> list[Caisse]:
        """Those whose conventions the user sees."""
        return list(visible_caisses(self.user, self.today))

    @cached_property
    def form(self) -> SearchForm:
        """The search, read: what is wrong with it stands beside its fields."""
        seen = visible_caisses(self.user, self.today)
        # Choices and validation share one reading of the caisses.
        seen._result_cache = self.caisses
        form = SearchForm(self.given, caisses=seen, types=self.types)
        form.is_valid()
        return form

    @cached_property
    def found(self) -> QuerySet[Convention]:
        """The conventions that answer, in no order."""
        seen = visible_conventions(self.user, self.today).order_by()
        return narrowed(seen, self.form.cleaned_data, self.types, self.user, self.today)

    @cached_property
    def columns(self) -> list[columns.Column]:
        return columns.chosen(self.given.getlist("col"))

    @property
    def query(self) -> str:
        """The list in an address, wherever one is in it."""
        return self._without(*_NOT_ASKED)

    @property
    def is_narrowed(self) -> bool:
        """Whether something is asked beside the columns."""
        return any(self.given.get(name) for name in self.form.fields)

    def words(self) -> Iterator[Word]:
        """The filters in use, as they are read."""
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if not value:
                continue
            shown: Any = value
            if name == "caisse":
                shown = value.name
            elif choices := getattr(field, "choices", None):
                shown = dict(choices).get(value, value)
            label = "Recherche" if name == "q" else str(field.label)
            yield Word(label, str(shown), self._without(*_NOT_ASKED, name))

    def _without(self, *names: str) -> str:
        kept = self.given.copy()
        for name in names:
            kept.pop(name, None)
        for name in [one for one in kept if not any(kept.getlist(one))]:
            kept.pop(name)
        return kept.urlencode()
