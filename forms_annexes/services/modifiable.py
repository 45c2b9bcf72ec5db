"""What the rules let one change in a right that stands: its profile, how far it reaches."""

from __future__ import annotations

from typing import NamedTuple

from contracts.models import Convention
from workflows.rulebook import Rulebook
from workflows.rulebook_access import Territory
from workflows.scopes import Scope


class Modifiable(NamedTuple):
    """What may be asked for instead; all empty, there is nothing to change."""

    profiles: tuple[tuple[str, str], ...] = ()
    """Number and words of each profile of the rules' list."""
    departements: tuple[str, ...] = ()
    """Codes of the départements to choose from."""
    circonscription: bool = False
    """Whether a circonscription of the département may be named."""
    establishments: tuple[tuple[str, str], ...] = ()
    """Code and name of each structure to choose from."""

    @property
    def scope(self) -> bool:
        """Whether a territory may be chosen."""
        return bool(self.departements or self.establishments)

    def __bool__(self) -> bool:
        return bool(self.profiles or self.scope)


def modifiable(convention: Convention, service: str) -> Modifiable:
    """What may be asked about a right to ``service``, by the rules of the convention."""
    rules = convention.rules
    territory = next((one.territory for one in rules.services if one.code == service), None)
    profiles = profiles_of(rules)
    if territory is None:
        return Modifiable(profiles)
    if territory.level == "requested_establishments":
        sites = convention.sites.order_by("name", "pk")
        return Modifiable(profiles, establishments=tuple((code_of(s), s.name) for s in sites))
    return Modifiable(profiles, *_departements(convention, territory))


def profiles_of(rules: Rulebook) -> tuple[tuple[str, str], ...]:
    """Number and words of the profiles of the rules; empty where they have none."""
    listed = rules.habilitation.profiles
    return tuple((str(p.number), p.label) for p in listed.profiles) if listed else ()


def profile_in_words(profile: str, rules: Rulebook) -> str:
    """« profil 2, Services instructeurs »; empty without profile."""
    label = dict(profiles_of(rules)).get(profile, "")
    return ", ".join(filter(None, (f"profil {profile}", label))) if profile else ""


def scope_in_words(scope: Scope, convention: Convention) -> str:
    """How far a right reaches, with the names of its structures."""
    if scope.establishments:
        names = {code_of(site): site.name for site in convention.sites.all()}
        return ", ".join(names.get(code, code) for code in scope.establishments)
    if scope.circonscription:
        return f"circonscription {scope.circonscription}, département {scope.departement}"
    if scope.departement:
        return f"département {scope.departement}"
    return "tout le territoire du service"


def code_of(site: object) -> str:
    """How a scope names a structure: by its SIRET, else by its number here."""
    return str(getattr(site, "siret", "") or getattr(site, "pk", ""))


def _departements(convention: Convention, territory: Territory) -> tuple[tuple[str, ...], bool]:
    managed = tuple(str(code) for code in convention.caisse.departments)
    narrower = territory.agent_level == "circonscription"
    # A caisse of one département leaves nothing to choose, unless one names a part of it.
    return (managed if len(managed) > 1 or narrower else ()), narrower
