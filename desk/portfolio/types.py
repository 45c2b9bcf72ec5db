"""The types of convention that are published, read once a page: their services, their versions."""

from __future__ import annotations

from operator import itemgetter

from contracts.models import Convention
from contracts.services.rulebooks import published_rulebooks
from workflows.rulebook import Rulebook


class Types:
    """Every published version, with one query."""

    def __init__(self) -> None:
        self._versions = published_rulebooks()
        self._by_pk = {row.pk: row.rulebook for row in self._versions}
        self._latest = {row.code: row.rulebook for row in self._versions}

    def of(self, convention: Convention) -> Rulebook:
        """The rules of a convention: pinned, or the latest while it is not."""
        if convention.pinned_id:
            return self._by_pk[convention.pinned_id]
        return self._latest[convention.rulebook_code]

    @property
    def services(self) -> list[tuple[str, str]]:
        """The codes of the services with their words, in the order of the words."""
        labels = {
            service.code: service.label
            for rulebook in self._by_pk.values()
            for service in rulebook.services
        }
        return sorted(labels.items(), key=itemgetter(1))

    @property
    def versions(self) -> list[tuple[str, str]]:
        """What each version is called in an address, with its words."""
        return [
            (f"{row.code}:{row.version}", f"{row.rulebook.title}, version {row.version}")
            for row in self._versions
        ]

    def version(self, called: str) -> int | None:
        """The key of the version so called in an address."""
        return next(
            (row.pk for row in self._versions if f"{row.code}:{row.version}" == called), None
        )

    def called(self, pk: int) -> str:
        """What that version is called in an address."""
        return next(f"{row.code}:{row.version}" for row in self._versions if row.pk == pk)

    def with_service(self, service: str) -> set[str]:
        """The types one version of which opens a service."""
        return {
            row.code
            for row in self._versions
            if any(one.code == service for one in row.rulebook.services)
        }

    def services_of(self, code: str) -> set[str]:
        """The services that one version or another of a type opens."""
        return {
            one.code for row in self._versions if row.code == code for one in row.rulebook.services
        }
