"""Who is written to about the users of a convention: the partner's contact, the caisse's agents."""

from __future__ import annotations

from datetime import date

from contracts.models import Caisse, Contact, Convention, Person, Site, User, UserScope
from contracts.services.visibility import roles_for


def partner_contact(convention: Convention, on: date, site: Site | None = None) -> Person | None:
    """Who answers for the structure, else for the partner; None where nobody has an address."""
    contacts = list(
        Contact.objects.on(on)
        .filter(partner=convention.partner_id, person__erased_at=None)
        .exclude(person__email="")
        .select_related("person")
        .order_by("pk")
    )
    own = [contact for contact in contacts if site is not None and contact.site_id == site.pk]
    general = [contact for contact in contacts if contact.site_id is None]
    found = own or general
    return found[0].person if found else None


def agents_of(caisse: Caisse, on: date) -> list[User]:
    """The active back-office agents of a caisse."""
    scopes = UserScope.objects.on(on).filter(caisse=caisse, role=UserScope.Role.BACK_OFFICE_AGENT)
    return list(User.objects.filter(pk__in=scopes.values("user"), is_active=True).order_by("pk"))


def follows(agent: User, convention: Convention, on: date) -> bool:
    """Whether a back-office agent works on this convention: some see certain services alone."""
    return UserScope.Role.BACK_OFFICE_AGENT in roles_for(agent, convention, on)
