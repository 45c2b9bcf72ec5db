"""Comparing the named users of a request with one another and with those who have access."""

from __future__ import annotations

from access.directory.choice import wants_unique_email
from access.models import Habilitation
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.user_checks import Caution, Holder, Named, cautions


def cautions_of(request: AccessRequest) -> list[Caution]:
    """What to look at again in the users of a request as they are written, by their reference."""
    return cautions_about(request, named(request.named_users))


def cautions_about(request: AccessRequest, users: list[Named]) -> list[Caution]:
    """What to look at again, were these the users of the request."""
    emails = {user.email.casefold() for user in users if user.email}
    return cautions(users, _holders(request, emails), _signatories(request), unique_by(request))


def named(users: list[RequestedUser]) -> list[Named]:
    """The users as they are compared."""
    return [
        Named(user.reference, user.get_full_name(), user.email, user.replaces_id) for user in users
    ]


def unique_by(request: AccessRequest) -> str:
    """What wants a user's address to be nobody else's, in words; empty where nothing does."""
    rule = request.convention.rules.habilitation.user_email
    if rule is not None and rule.unique:
        return f"article {rule.article}"
    return "l’annuaire l’exige" if wants_unique_email(request.convention.caisse) else ""


def _holders(request: AccessRequest, emails: set[str]) -> list[Holder]:
    rights = (
        Habilitation.objects.filter(convention__partner=request.convention.partner_id)
        .exclude(state="closed")
        .exclude(person__email="")
        .exclude(request_reference__in=request.users.values("reference"))
        .select_related("person", "convention")
        .order_by("pk")
    )
    return [
        Holder(
            right=right.pk,
            name=right.person.get_full_name(),
            email=right.person.email,
            convention=right.convention.number,
            here=(right.convention_id, right.site_id) == (request.convention_id, request.site_id),
        )
        for right in rights
        if right.person.email.casefold() in emails
    ]


def _signatories(request: AccessRequest) -> set[str]:
    links = request.signature_links.filter(revoked_at__isnull=True)
    asked = {request.created_by.email} if request.created_by else set()
    return asked | set(links.values_list("person__email", flat=True))
