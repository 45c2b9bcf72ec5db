"""What a caisse knows before a file is taken over, and what the file has added to it so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from access.imports.told import Model, PartnerTold, SignatoryTold
from access.imports.values import plain
from access.models import Habilitation
from contracts.models import (
    Caisse,
    Convention,
    Partner,
    PartnerNumber,
    Person,
    PublishedRulebook,
    Signatory,
    Site,
)

Names = tuple[str, str]


class People:
    """The users of one partner, as rows name them: by the address, else by the name.

    Of two people of one name the first is meant, whether the file or the caisse named both.
    """

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._found: dict[str, Person] = {}
        for person in people:
            self._add(person)

    def copy(self) -> People:
        """The same people, to which others may be added."""
        copied = People()
        copied._found = dict(self._found)
        return copied

    def find(self, first_name: str, last_name: str, email: str) -> Person:
        """The person that a row names; a new one where nobody known is meant."""
        person = self._found.get(email.lower()) if email else None
        person = person or self._found.get(plain(f"{first_name} {last_name}"))
        if person is None or (email and person.email and person.email.lower() != email.lower()):
            person = Person(first_name=first_name, last_name=last_name, email=email)
            self._add(person)
        return person

    def _add(self, person: Person) -> None:
        for key in (plain(person.get_full_name()), person.email.lower()):
            if key:
                self._found.setdefault(key, person)


@dataclass(slots=True, eq=False)
class KnownPartner:
    """One partner with what a take-over may add to it; not stored yet while it has no key."""

    partner: Partner
    number: str = ""
    """Its number in the caisse (« n° tiers »)."""
    is_from_file: bool = False
    """Whether the file is the first to name it: nobody else is attached to it."""
    is_stored: bool = False
    """Whether its row is there, with the key that it is found by."""
    is_numbered: bool = False
    """Whether its number is stored."""
    sites: dict[str, Site] = field(default_factory=dict)
    """By their names, as these are compared."""
    people: People | None = None
    """Its users; None until they are asked for."""
    signatories: set[tuple[str, str]] | None = None
    """The names and qualities of who may sign for it; None until they are asked for."""

    def users(self) -> People:
        """Who has a right for it, or is to have one."""
        if self.people is None:
            self.people = People() if self.is_from_file else People(self._users())
        return self.people

    def is_new_signatory(self, told: SignatoryTold) -> bool:
        """Whether nobody of that name may sign in that quality; from now on somebody may."""
        if self.signatories is None:
            self.signatories = set() if self.is_from_file else self._who_signs()
        name = (plain(f"{told.first_name} {told.last_name}"), plain(told.quality))
        is_new = name not in self.signatories
        self.signatories.add(name)
        return is_new

    def _users(self) -> Iterable[Person]:
        held = Habilitation.objects.filter(convention__partner=self.partner)
        # In the order in which they were entered: as the rows of a file add them.
        return Person.objects.filter(pk__in=held.values("person"), erased_at=None).order_by("pk")

    def _who_signs(self) -> set[tuple[str, str]]:
        known = Signatory.objects.filter(partner=self.partner).select_related("person")
        return {(plain(one.person.get_full_name()), plain(one.quality)) for one in known}


class Known:
    """The partners and the conventions of one caisse, read once."""

    def __init__(self, caisse: Caisse) -> None:
        self.caisse = caisse
        self.models: dict[str, dict[int, Model]] = {}
        for published in PublishedRulebook.objects.order_by("code", "version"):
            model = Model(published, published.rulebook)
            self.models.setdefault(published.code, {})[published.version] = model
        self._by_key: dict[int, KnownPartner] = {}
        self._by_siren: dict[str, KnownPartner] = {}
        self._by_number: dict[str, KnownPartner] = {}
        self._by_name: dict[Names, KnownPartner] = {}
        for partner in Partner.objects.order_by("pk").iterator(2000):
            self._by_key[partner.pk] = self._index(KnownPartner(partner, is_stored=True))
        for number in PartnerNumber.objects.filter(caisse=caisse):
            numbered = self._by_key[number.partner_id]
            self.give_number(numbered, number.number)
            numbered.is_numbered = True
        for site in Site.objects.order_by("pk").iterator(2000):
            self._by_key[site.partner_id].sites[plain(site.name)] = site

    def conventions(self, numbers: Iterable[str]) -> dict[str, Convention]:
        """Those of the caisse that bear some numbers."""
        found = Convention.objects.filter(caisse=self.caisse, number__in=list(numbers))
        return {one.number: one for one in found.select_related("partner", "pinned")}

    def partner(self, told: PartnerTold) -> KnownPartner | None:
        """The partner that the file means, by its SIREN, its number or its name; None if unknown.

        By its name alone only where neither has a SIREN.
        """
        if told.siren:
            return self._by_siren.get(told.siren) or self._without_siren(told)
        if told.number and told.number in self._by_number:
            return self._by_number[told.number]
        return self._by_name.get(_named(told.name, told.kind))

    def numbered(self, number: str) -> KnownPartner | None:
        """Whose number it is in the caisse."""
        return self._by_number.get(number)

    def accept(self, told: PartnerTold) -> KnownPartner:
        """The partner of a convention that is taken over, with what the file adds to it."""
        known = self.partner(told) or self._added(told)
        if told.number and not known.number:
            self.give_number(known, told.number)
        return known

    def give_number(self, known: KnownPartner, number: str) -> None:
        """From now on the caisse knows the partner under that number."""
        known.number = number
        self._by_number[number] = known

    def _added(self, told: PartnerTold) -> KnownPartner:
        """A partner that nobody knows, to be stored with its convention."""
        partner = Partner(
            name=told.name,
            kind=told.kind,
            siren=told.siren,
            siret=told.siret,
            address=told.address,
            email=told.email,
        )
        return self._index(KnownPartner(partner, is_from_file=True))

    def _without_siren(self, told: PartnerTold) -> KnownPartner | None:
        """The partner of that number, where it was entered before it had a SIREN."""
        known = self._by_number.get(told.number) if told.number else None
        return known if known is not None and not known.partner.siren else None

    def _index(self, known: KnownPartner) -> KnownPartner:
        partner = known.partner
        if partner.siren:
            self._by_siren[partner.siren] = known
        else:
            self._by_name.setdefault(_named(partner.name, partner.kind), known)
        return known


def _named(name: str, kind: str) -> Names:
    return plain(name), kind
