"""The rules of the documents, and the clauses that surround the life of a convention.

A clause absent from a text is absent from its rulebook: the defaults are all ``None``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workflows.rulebook_types import Frozen, IsoDuration, Rule


class Precedence(Rule):
    """Which document, or which part of one, prevails over another."""

    kind: Literal["listed_order", "clause_over_title"]
    """``listed_order``: the convention, then its annexes in the order they are listed in."""


class Annex(Rule):
    """A document joined to the convention."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    label: str
    kind: Literal["contractual", "operational_form", "list_of_users"]
    """Filling an operational form, or a list, is never an amendment; changing its blank may be."""
    listed: bool = True
    """Whether the article on the contractual documents names it."""
    form: str = ""
    """For ``operational_form``: the code of the form under ``habilitation.forms``."""
    blank_changes_by: Literal["avenant", "new_version"] = "avenant"


class SignatureBlock(Rule):
    """What stands at the foot of the convention."""

    dates: Literal["one", "one_a_party"]
    """How many lines of date it has; Tacite keeps each party's date whatever it says."""
    place: str = ""
    """The place printed on it; empty: left blank."""


class Documents(Rule):
    """What is signed, in how many copies, with what annexes."""

    copies: int = Field(default=2, ge=1)
    originals: bool = False
    """Whether every copy is an original by the text's own words."""
    identifiers: tuple[Literal["convention_number", "third_party_number"], ...] = ()
    """The numbers printed at its head."""
    signature_block: SignatureBlock | None = None
    precedence: Precedence | None = None
    annexes: tuple[Annex, ...] = ()


class RightsOfPersons(Rule):
    """The rights of the persons whose data are shown or published."""

    holders: Literal["beneficiaries", "establishment_managers"]
    kinds: tuple[Literal["opposition", "access", "rectification", "erasure"], ...] = Field(
        min_length=1
    )
    exercised_at: Literal["caisse"] = "caisse"
    relayed_by_partner: bool = False
    """Whether one received by the partner is passed on, without any identity in Tacite."""
    legitimate_grounds: bool = False
    """Whether an opposition must state legitimate grounds."""
    identity_proven: bool = False
    closes_file: bool = False
    """Whether an opposition closes the file to the partner."""
    statute: str = ""


class Information(Rule):
    """Who tells the persons concerned."""

    by: Literal["partner", "caisse"]
    to: Literal["families", "establishment_managers"]
    about: str
    model_annex: str = ""
    """The annex that carries a model of the letter."""


class NoDisclosure(Rule):
    """Nothing goes to a third party without consent."""

    consent: Literal["prior_written", "prior"]
    of: Literal["caisse", "other_party"]
    binds: Literal["partner", "each_party"]


class ProfessionalSecrecy(Rule):
    """The secrecy that binds the parties and their staff."""

    statute: str = ""
    binds_staff_and_users: bool = True


class UseLimitation(Rule):
    """The data serve the convention and nothing else."""

    binds: Literal["partner", "each_party"]


class DataOwnership(Rule):
    """Whose property the data remain."""

    owner: Literal["caisse"]


class DataRetention(Rule):
    """How long the partner keeps what it read."""

    limit: Literal["needed_for_purpose"]


class DataProtection(Rule):
    """The statutes on personal data that the parties undertake to respect."""

    statutes: tuple[str, ...] = Field(min_length=1)


class CnilFormalities(Rule):
    """Who declares the processing, and to whom the declaration is shown."""

    by: Literal["each_party", "national_body"]
    includes_modifications: bool = False
    communicated_on_request: bool = False


class DataBreachReport(Rule):
    """The partner reports a breach of personal data."""

    promptness: Literal["without_delay"]
    channel: Literal["email"]
    with_documents: bool = False
    suspected_too: bool = False
    """Whether a possible breach is reported as well as a real one."""
    address_from: Literal["caisse_settings"] = "caisse_settings"
    """The address is a setting of the caisse: never in the rulebook."""


class ProviderUndertaking(Rule):
    """What a provider that may see the data must sign."""

    kind: Literal["confidentiality_undertaking", "same_commitments"]
    bound: Literal["partner", "each_party"]
    """Who must have it signed."""
    further_commitments: tuple[str, ...] = ()
    party_answers_for_them: bool = False


class Subcontracting(Rule):
    """A party answers for its subcontractors."""

    same_provisions: bool = True


class Publication(Rule):
    """What the partner may put on line, and on what conditions."""

    voluntary: bool = False
    without_validation: tuple[Literal["availability", "functioning", "manager_identity"], ...] = ()
    with_validation: tuple[Literal["availability", "functioning", "manager_identity"], ...] = ()
    """What the caisse validates before it shows."""
    forbidden: tuple[str, ...] = ()
    update: Literal["cancel_and_replace"] | None = None
    frequency: Literal["as_needed"] | None = None
    withdrawal_by_caisse: bool = False


class PublicationConsent(Rule):
    """The consent of the person named by a publication."""

    of: Literal["establishment_managers"]
    form: Literal["written_prior_express"]
    collected_by: Literal["caisse", "partner"]
    partner_enters_only_consenting: bool = False


class EntryIdentification(Rule):
    """Each entry carries the number of the agent who made it."""


class ConnectionControls(Rule):
    """The caisse may check the connections."""


class Abuse(Rule):
    """What an abuse may lead to."""

    consequence: Literal["end_of_convention", "users_watched"]


class Gratuity(Rule):
    """The service is free."""

    non_commercial_only: bool = False


class IntellectualProperty(Rule):
    """Whose the software remains."""

    owner: Literal["caisse", "each_party"]


class Liability(Rule):
    """Who answers for what damage."""

    direct_damage_only: bool = False
    caisse_not_liable_for: tuple[Literal["access_failure", "data_collected_by_partner"], ...] = ()


class OwnFormalities(Rule):
    """Each party obtains the authorisations it needs."""


class Insurance(Rule):
    """Who must be insured."""

    parties: Literal["each_party"] = "each_party"


class EntireAgreement(Rule):
    """The convention replaces what was agreed before."""

    replaces_earlier: bool = True


class NoWaiver(Rule):
    """Tolerance is no waiver."""


class Severability(Rule):
    """A void clause leaves the others standing."""


class GoodFaith(Rule):
    """The parties negotiated, and perform, in good faith."""


class Independence(Rule):
    """The parties remain independent of each other."""


class Assignment(Rule):
    """Whether the convention may pass to another."""

    consent: Literal["prior_written"]


class Correspondence(Rule):
    """Where letters go, and how a change of address is told."""

    address: Literal["registered_office"]
    change_form: Literal["registered_letter"] | None = None
    """The form in which a change of address must be told, by either party."""


class ApplicableLaw(Rule):
    """The law of the convention."""

    law: Literal["french"] = "french"


class Jurisdiction(Rule):
    """The court, once the amicable way has failed."""

    court: Literal["competent_court"] = "competent_court"
    """The text names none, and Tacite states none."""


class GeneralDuties(Rule):
    """The duty to advise, inform and recommend throughout the convention."""


class ObligationsReport(Rule):
    """The partner reports to the caisse how it meets its obligations."""

    every: IsoDuration | None = None
    """Absent: the text states no frequency."""


class Complaints(Rule):
    """The parties agree beforehand how complaints are settled."""

    of: Literal["establishment_managers"]


class Provisions(Frozen):
    """The other clauses, each under its article."""

    secrecy: ProfessionalSecrecy | None = None
    no_disclosure: NoDisclosure | None = None
    use_limitation: UseLimitation | None = None
    data_ownership: DataOwnership | None = None
    data_retention: DataRetention | None = None
    data_protection: DataProtection | None = None
    cnil_formalities: CnilFormalities | None = None
    data_breach_report: DataBreachReport | None = None
    rights_of_persons: RightsOfPersons | None = None
    information: Information | None = None
    providers: ProviderUndertaking | None = None
    subcontracting: Subcontracting | None = None
    publication: Publication | None = None
    publication_consent: PublicationConsent | None = None
    entry_identification: EntryIdentification | None = None
    connection_controls: ConnectionControls | None = None
    abuse: Abuse | None = None
    gratuity: Gratuity | None = None
    intellectual_property: IntellectualProperty | None = None
    liability: Liability | None = None
    own_formalities: OwnFormalities | None = None
    insurance: Insurance | None = None
    entire_agreement: EntireAgreement | None = None
    no_waiver: NoWaiver | None = None
    severability: Severability | None = None
    good_faith: GoodFaith | None = None
    independence: Independence | None = None
    assignment: Assignment | None = None
    correspondence: Correspondence | None = None
    applicable_law: ApplicableLaw | None = None
    jurisdiction: Jurisdiction | None = None
    general_duties: GeneralDuties | None = None
    obligations_report: ObligationsReport | None = None
    complaints: Complaints | None = None
