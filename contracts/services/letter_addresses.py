"""The address that a letter bears, beside the one that its addressee told last."""

from __future__ import annotations

from datetime import date

from contracts.models import AddressChange, IssuedDocument, Partner, Site
from templates_conventions.letter_assembly import recipient_of
from templates_conventions.letters import letter_codes, letter_definition
from workflows.french import article_number, date_in_words, typeset


def address_moved(issued: IssuedDocument, day: date) -> str:
    """What is wrong with sending an issued letter on a day; nothing where its address holds.

    A letter bears the address that was known when it was issued. Whoever moved since, or told it
    late, may never have it.
    """
    owner = _addressee(issued)
    if owner is None:
        return ""
    if isinstance(owner, Partner) and (party := issued.convention.party_on(day)) != owner:
        return _passed_on(party)
    told = owner.address_changes.all()
    if isinstance(owner, Partner):
        told = told.filter(site=None)
    known = told.filter(recorded_at__lte=issued.issued_at, first_day__lte=issued.dated)
    latest = told.filter(first_day__lte=day).order_by("first_day", "pk").last()
    printed = known.order_by("first_day", "pk").last()
    if latest is None or latest.address == (printed.address if printed else owner.address):
        return ""
    return _words(issued, latest)


def _addressee(issued: IssuedDocument) -> Partner | Site | None:
    """Whose address a letter bears; None where it is nobody's of the partner."""
    convention = issued.convention
    partner = convention.party_on(issued.dated)
    if issued.code not in letter_codes(convention.rulebook_code):
        # Of a text that is no more: a letter goes to the partner unless its text says otherwise.
        return partner
    definition = letter_definition(convention.rulebook_code, issued.code)
    recipient = recipient_of(definition, convention.rules)
    if recipient == "structure":
        sites = list(convention.sites.all()[:2])
        return sites[0] if len(sites) == 1 else partner
    return partner if recipient == "partner" else None


def _passed_on(party: Partner) -> str:
    return typeset(
        f"Cette lettre est adressée à un partenaire dont « {party.name} » a pris la place depuis. "
        "Réémettez-la à ce nom, ou dites pourquoi elle part à l’ancien."
    )


def _words(issued: IssuedDocument, latest: AddressChange) -> str:
    where = ", ".join(latest.address.split("\n"))
    words = (
        f"Cette lettre porte une autre adresse que la dernière notifiée : « {where} », à compter "
        f"du {date_in_words(latest.first_day)}. Réémettez-la à cette adresse, ou dites pourquoi "
        "elle part à l’ancienne."
    )
    rules = issued.convention.rules
    correspondence = rules.provisions.correspondence
    if correspondence is not None and correspondence.change_form == "registered_letter":
        article = article_number(rules.article_of("provisions.correspondence"))
        words += (
            f" L’article {article} demande que le changement soit notifié par lettre recommandée : "
            "s’il ne l’a pas été, un juriste dit quelle adresse vaut."
        )
    return words
