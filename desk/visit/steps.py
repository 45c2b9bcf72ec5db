"""The steps of the guided visit: what to look at first, on the conventions that the user sees."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from contracts.models import User
from contracts.models.visits import EndedVisit
from contracts.services.visibility import visible_conventions
from workflows.convention import IN_FORCE


class Step(NamedTuple):
    """One thing to look at."""

    title: str
    words: str
    address: str


def is_proposed(user: User) -> bool:
    """Whether the first page proposes the visit: in the demonstration, until the user ends it."""
    return settings.TACITE_DEMONSTRATION and not EndedVisit.objects.filter(user=user).exists()


def steps_of(user: User, today: date) -> list[Step]:
    """The steps, in their order; those about a convention that the user sees none of are left."""
    seen = visible_conventions(user, today)
    living = seen.filter(state__in=IN_FORCE).order_by("next_change_on", "pk").first()
    asked = seen.filter(open_questions__gt=0).order_by("next_change_on", "pk").first()
    found: list[Step] = []
    if living is not None:
        page = reverse("convention", args=[living.pk])
        found += [
            Step(
                "Une convention et sa vie",
                "Le dessin va du passé à ce qui vient. Chaque repère mène à sa ligne.",
                page,
            ),
            Step(
                "Pourquoi cette date",
                "Sous chaque échéance, l’article, les faits et le calcul.",
                f"{page}#echeances",
            ),
            Step(
                "Un événement, et ce qu’il change",
                "Dites ce qui s’est passé : rien n’est écrit avant que vous ayez vu ses effets.",
                reverse("choose_event", args=[living.pk]),
            ),
        ]
    if asked is not None:
        found.append(
            Step(
                "Une question à trancher",
                "Le texte laisse un doute : deux lectures, leurs effets, un juriste répond.",
                f"{reverse('convention', args=[asked.pk])}#questions",
            )
        )
    return [
        *found,
        Step("Les accès", "Qui entre dans quel service, depuis quand.", reverse("users")),
        Step(
            "Les partenaires",
            "Une page par organisme : conventions, structures, pouvoirs de signer.",
            reverse("partners"),
        ),
        Step("Les statistiques", "Délais et charge, mois après mois.", reverse("statistics")),
        Step("L’aide", "Une page par tâche, et les mots rares.", reverse("help")),
    ]
