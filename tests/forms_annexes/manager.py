"""A manager of six nurseries and its sheets, as they come on paper."""

from string import ascii_uppercase

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Convention, Partner, Site, User
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import instructing
from templates_conventions.catalogue import rulebook
from tests.forms_annexes.conftest import put_in_force
from tests.forms_annexes.files import a_pdf

MODEL = "psu-msa-armorique"
OWN, EACH = "Fiche Gestionnaire", "Fiche Structure (1 fiche par structure)"
SIX = tuple(f"Crèche Exemple {number}" for number in range(1, 7))


def convention_of_six(partner: Partner, **changes: object) -> Convention:
    """The convention of a manager of six structures, in force."""
    publish(rulebook(MODEL))
    sites = [Site.objects.create(partner=partner, name=name) for name in SIX]
    convention = draft_convention(partner=partner, rulebook_code=MODEL, sites=sites, **changes)
    put_in_force(convention)
    return convention


def first_name(site: Site | None) -> str:
    """What the one user of a structure is called: « Personne B », and Z where it came later."""
    if site is None:
        return "Personne A"
    place = SIX.index(site.name) + 1 if site.name in SIX else -1
    return f"Personne {ascii_uppercase[place]}"


def sheet_arrives(
    browser: Client, convention: Convention, clerk: User, site: Site | None = None
) -> AccessRequest:
    """The sheet of a structure, or the manager's own, comes on paper and is accepted."""
    number = site.pk if site else 0
    form = "fiche-structure" if site else "fiche-gestionnaire"
    quality = "directeur de la structure d’AJE" if site else "représentant du gestionnaire"
    about = {"structure_name": site.name} if site else {"manager_name": convention.partner.name}
    answer = browser.post(
        f"/conventions/{convention.pk}/demande-papier/?formulaire={form}&structure={number or ''}",
        about
        | {
            "user_last_name": "Essai",
            "user_first_name": first_name(site),
            "user_email": f"personne{number}@creche.example",
            "signatory_name": "Dominique Essai",
            "quality": quality,
            "channel": "paper",
            "received_on": "31/01/2024",
            "signed_on": "30/01/2024",
            "scan": SimpleUploadedFile("annexe.pdf", a_pdf(), "application/pdf"),
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    request = AccessRequest.objects.latest("pk")
    instructing.accept(request, clerk)
    request.refresh_from_db()
    return request
