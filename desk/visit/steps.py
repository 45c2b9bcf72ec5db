"""The steps of the guided visit: what to look at first, on the conventions that the user sees."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from contracts.models import User
from contracts.services.visibility import visible_conventions
from workflows.convention import IN_FORCE
from workflows.french import typeset

PARAMETER = "visite"
"""What a page is asked with to show the step it is part of."""


class Step(NamedTuple):
    """One thing to look at."""

    title: str
    words: str
    page: str

    def address(self, number: int) -> str:
        """The page, asked for as that step of the visit."""
        return f"{self.page}?{PARAMETER}={number}"


def is_proposed(user: User) -> bool:
    """Whether the first page proposes the visit: in the demonstration, until the user ends it."""
    return settings.TACITE_DEMONSTRATION and user.visit_ended_at is None


def steps_of(user: User, today: date) -> list[Step]:
    """The steps, in their order; those about a convention that the user sees none of are left."""
    seen = visible_conventions(user, today)
    living = seen.filter(state__in=IN_FORCE).order_by("next_change_on", "pk").first()
    found = [
        _step(
            "Ce qui vous attend",
            "Chaque nombre compte ce que vous pouvez faire avancer, et mène à la liste qui en "
            "montre autant. Plus bas, les prochaines limites.",
            reverse("home"),
        ),
        _step(
            "Les conventions",
            "Cherchez comme vous parlez : un numéro, un nom, une commune, un SIREN. Les filtres "
            "disent combien il en reste.",
            reverse("conventions"),
        ),
    ]
    if living is not None:
        found += [
            _step(
                "Une convention et sa vie",
                "Le dessin va du passé à ce qui vient ; chaque repère mène à sa ligne. Sous chaque "
                "échéance, « pourquoi cette date ? » dit l’article, les faits et le calcul.",
                reverse("convention", args=[living.pk]),
            ),
            _step(
                "Un événement, et ce qu’il change",
                "Choisissez ce qui s’est passé. Rien n’est écrit avant que vous ayez vu les dates, "
                "les accès et les courriers que cela change.",
                reverse("choose_event", args=[living.pk]),
            ),
        ]
    if seen.filter(open_questions__gt=0).exists():
        found.append(
            _step(
                "Une question à trancher",
                "Quand le texte laisse un doute, Tacite ne décide pas : deux lectures, leurs "
                "effets, et un juriste qui répond avec ses raisons.",
                reverse("questions"),
            )
        )
    return [
        *found,
        _step(
            "Les échéances",
            "Toutes les limites, en liste, en mois ou en dessin, avec le dernier jour ouvré.",
            reverse("deadlines"),
        ),
        _step("Les accès", "Qui entre dans quel service, et depuis quand.", reverse("users")),
        _step(
            "Les partenaires",
            "Une page par organisme : ses conventions, ses structures, qui signe pour lui.",
            reverse("partners"),
        ),
        _step("L’aide", "Une page par tâche, et le sens des mots rares.", reverse("help")),
    ]


def _step(title: str, words: str, page: str) -> Step:
    return Step(title, typeset(words), page)
