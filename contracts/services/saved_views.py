"""Keeping lists of conventions under a name, and seeing those of the others of a caisse."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contracts.models import Caisse, SavedView, User
from contracts.services.visibility import visible_caisses


def views_of(user: User, on: date) -> QuerySet[SavedView]:
    """The user's own views, and those shared with the caisses where the user has a role."""
    shared = Q(caisse__in=visible_caisses(user, on))
    return SavedView.objects.filter(Q(owner=user) | shared).select_related("owner", "caisse")


def keep_view(
    *, identifier: UUID, owner: User, name: str, query: str, caisse: Caisse | None
) -> SavedView:
    """Keep a list under a name; the same form sent again gives the same view.

    Raises ``ValidationError`` with a dictionary by field; nothing is written then.
    """
    view = SavedView(
        identifier=identifier, owner=owner, name=name.strip(), query=query, caisse=caisse
    )
    try:
        with transaction.atomic():
            already = SavedView.objects.filter(identifier=identifier, owner=owner).first()
            if already is not None:
                return already
            view.full_clean()
            view.save(force_insert=True)
    except IntegrityError as error:
        # Sent twice at the same moment: the other one won.
        already = SavedView.objects.filter(identifier=identifier, owner=owner).first()
        if already is None:
            raise ValidationError({"name": "Vous avez déjà une vue de ce nom."}) from error
        return already
    except ValidationError as refused:
        # What is wrong with all of it is that its name is taken; the rest nobody types.
        by_field = refused.message_dict
        told = [message for messages in by_field.values() for message in messages]
        raise ValidationError({"name": told}) from refused
    return view
