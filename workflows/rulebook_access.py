"""The rules of the service opened and of the habilitations of its named users."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field, model_validator

from workflows.rulebook_types import Frozen, IsoDuration, Rule


class Rubrics(Rule):
    """What the service shows of a file."""

    labels: tuple[str, ...] = Field(min_length=1)
    search_by_period: bool = False
    """Whether the amount can be searched by period of validity."""


class Lookup(Rule):
    """What the user must type to find a file."""

    keys: tuple[Literal["nir", "name"], ...] = Field(min_length=1)
    """The kinds of key asked by the service; Tacite itself never holds any of them."""
    combination: Literal["all", "any"] = "all"
    """``all``: only the keys together open a file."""


class Hours(Rule):
    """When the caisse commits to keep the service open: a commitment, never a prohibition."""

    opens_at: datetime.time
    closes_at: datetime.time
    days_a_week: int = Field(ge=1, le=7)


class Availability(Rule):
    """How reliably the service is open."""

    kind: Literal["rate", "best_efforts"]
    above_percent: float | None = Field(default=None, gt=0, lt=100)
    """For ``rate``: the commitment is above this figure."""
    except_maintenance: bool = False

    @model_validator(mode="after")
    def _rate_is_given(self) -> Availability:
        if (self.kind == "rate") != (self.above_percent is not None):
            raise ValueError('« above_percent » s’écrit avec kind = "rate", et seulement alors')
        return self


class TimeOut(Rule):
    """The session ends when nothing is typed."""

    after_minutes: int | None = Field(default=None, ge=1)
    """Absent: the text has a time-out and does not state its length."""


class Territory(Rule):
    """Whose files, or which establishments, a connection reaches."""

    level: Literal["caisse", "departement", "requested_establishments"]
    """``caisse``: all the départements the caisse manages, in one connection."""
    agent_level: Literal["circonscription"] | None = None
    """A narrower scope of each agent; the narrower one wins."""


class OtherCaisse(Rule):
    """What it takes to reach the files of another caisse."""

    through: Literal["other_convention", "other_request"]
    credentials: Literal["different", "may_differ"] | None = None
    """Whether the other caisse's identifier and password differ; absent: not stated."""


class Encryption(Rule):
    """How the exchange is protected."""

    protocols: tuple[str, ...] = Field(min_length=1)


class Logs(Rule):
    """What is recorded of the use of the service, and why."""

    records: tuple[Literal["connections", "connection_attempts"], ...] = Field(min_length=1)
    purpose: str
    analysed: Literal["daily"] | None = None
    statistics: Literal["monthly"] | None = None


class Service(Rule):
    """A service (« bouquet ») that the convention opens."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    label: str
    """What the screens call the service."""
    mode: Literal["consultation", "publication"] = "consultation"
    """Whether the partner reads the caisse's files or publishes its own information."""
    portal: str = ""
    bundle: str = ""
    """The « bouquet » under which the directory files the account."""
    rubrics: Rubrics | None = None
    lookup: Lookup | None = None
    hours: Hours | None = None
    availability: Availability | None = None
    time_out: TimeOut | None = None
    territory: Territory | None = None
    other_caisse: OtherCaisse | None = None
    encryption: Encryption | None = None
    logs: Logs | None = None


class AuthorisationDocument(Rule):
    """The individual authorisation of one named user."""

    self_registration: Literal["forbidden", "possible"]
    nominative: bool = True
    second_signature: Literal["acceptance_by_caisse"] | None = None
    """The text wants both parties' signatures and the form carries one: the caisse's acceptance
    is the second."""


class Asker(Rule):
    """Who asks for the access of a named user."""

    qualities: tuple[str, ...] = Field(min_length=1)
    channel: Literal["form", "online_request"]


class Processing(Rule):
    """Who registers the account at the caisse."""

    manner: Literal["manual", "online"]
    """``manual``: a task for a person, who types back the identifier and the date done."""
    agent: Literal["habilitated", "individually_empowered"] | None = None
    empowered_by: str = ""
    """For ``individually_empowered``: whose dated power the agent needs."""


class RegistryStep(Frozen):
    """One register into which the account holder is entered."""

    code: Literal["third_parties", "directory"]
    label: str


class Registry(Rule):
    """The registers, in the order in which the account holder enters them."""

    steps: tuple[RegistryStep, ...] = Field(min_length=1)
    filed_by: tuple[Literal["bundle", "departement"], ...] = ("bundle",)


class SubmissionCheck(Rule):
    """What stands for a signature on a form that has none."""

    accepted: tuple[Literal["authenticated_contact", "known_address_checked"], ...] = Field(
        min_length=1
    )


class RequestForm(Rule):
    """A form by which users are created, changed or removed."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    label: str
    annex: str = ""
    """The annex that carries its blank."""
    operations: tuple[Literal["create", "modify", "remove"], ...] = Field(min_length=1)
    operation_on_form: bool = True
    """False: the form has no field that says what is asked; the screen asks it."""
    users: int | None = Field(default=None, ge=1)
    """Named users a form; absent: as many as needed."""
    continuation_sheets: bool = False
    """More users than blocks go on further sheets of the same request."""
    one_for: Literal["partner", "site"] = "partner"
    compulsory: bool = False
    """Whether no request is complete without it."""
    signed_by: tuple[str, ...] = ()
    """Qualities whose signature completes the form; empty: it carries no signature."""
    dated: bool = True
    channel: Literal["email", "online"] | None = None
    """Absent: the text does not say how it comes back."""
    submission_check: SubmissionCheck | None = None
    withheld_fields: tuple[str, ...] = ()
    """Fields printed but never filled: what they ask is sent separately."""


class Profile(Frozen):
    """A kind of user."""

    number: int = Field(ge=1)
    label: str


class Profiles(Rule):
    """The kinds of users who may be habilitated."""

    closed: bool = True
    """Outside them, no habilitation."""
    profiles: tuple[Profile, ...] = Field(min_length=1)


class Gate(Rule):
    """What must be there before an account opens."""

    requires: tuple[
        Literal[
            "convention_in_force",
            "convention_returned_signed",
            "form_complete",
            "form_signed",
            "agents_designated",
            "profile_listed",
            "prerequisite_document",
        ],
        ...,
    ] = Field(min_length=1)


class Delivery(Rule):
    """To whom and how identifier and password go."""

    recipient: Literal["partner", "user"]
    channel: Literal["notification", "encrypted_email", "email"]
    contents: tuple[Literal["identifier", "password"], ...] = Field(min_length=1)


class InitialPassword(Rule):
    """How the first password is made."""

    length: int | None = Field(default=None, ge=1)
    alphabet: Literal["alphanumeric"] | None = None
    case_sensitive: bool = False
    random: bool = False


class PasswordChange(Rule):
    """Whether and when the user changes the password."""

    obligation: Literal["mandatory", "advised"]
    minimum_length: int | None = Field(default=None, ge=1)


class CredentialSecrecy(Rule):
    """With whom credentials may be shared."""

    sharing: Literal["never", "handed_to_their_user_only"]
    """``handed_to_their_user_only``: the partner passes them to the agent concerned, who shares
    them with nobody."""


class Credentials(Frozen):
    """The rules of identifier and password."""

    delivery: Delivery
    secrecy: CredentialSecrecy | None = None
    initial_password: InitialPassword | None = None
    first_login_change: PasswordChange | None = None
    regular_change: PasswordChange | None = None


class LossOfCredentials(Rule):
    """What follows when credentials are lost or stolen."""

    procedure: Literal["new_habilitation", "self_service"]
    report: Literal["immediate"] | None = None
    """How soon the caisse must know; absent: it need not be told."""
    first_password_deleted: bool = False
    changed_again_at_login: bool = False


class Departure(Rule):
    """What the partner does when a named user leaves or changes duties."""

    events: tuple[Literal["departure", "change_of_duties", "end_of_mission"], ...] = Field(
        min_length=1
    )
    procedure: Literal["modification_form", "removal_form", "report", "offered_action"]
    """``offered_action``: the text is silent; the screen offers it nevertheless."""
    form: str = ""
    promptness: Literal["as_soon_as_possible"] | None = None
    also_article: str = ""
    """A second article that commands the same duty."""


class UserChange(Rule):
    """What a change of the authorised user does to an account held by the partner."""

    credentials: Literal["renewed", "unchanged"]


class Modification(Rule):
    """How a granted habilitation is changed."""

    through: Literal["form", "express_request"]
    online_edit: bool = False


class Unsubscription(Rule):
    """How the partner gives up the service as a whole."""

    through: Literal["end_of_convention"]
    rule: str
    """Article of the end it refers to."""


class Dormancy(Rule):
    """What becomes of an account nobody uses."""

    after: IsoDuration
    """Completed months without a login (« révolus »)."""
    warn_after: IsoDuration | None = None
    automatic: bool = False
    """False: a faculty; a person is asked."""
    never_connected_counts_from: Literal["habilitation"] = "habilitation"
    """From when a user who never logged in counts."""


class UserReview(Rule):
    """The partner confirms the list of its users."""

    every: IsoDuration
    silence: Literal["nothing", "proposes_suspension"] = "nothing"


class NumberLimit(Rule):
    """How many users a partner may have."""

    kind: Literal["as_needed", "listed_in_annex"]
    excess: Literal["warning", "refused"] = "warning"


class UserEmail(Rule):
    """What the electronic address of a named user must be."""

    unique: bool = False
    """True: an address is one user's only; a second user with it is refused."""


class HabilitationRules(Rule):
    """How a named user is given access, and loses it."""

    account_holder: Literal["partner", "user"]
    """Who is registered in the directory: the partner, naming its authorised user, or the user."""
    opens_on: Literal["effect", "partner_signature_returned"] = "effect"
    """The earliest day of an account: the effect, or the later of the effect and of the day the
    convention signed by the partner came back."""
    authorisation: AuthorisationDocument | None = None
    asked_by: tuple[Asker, ...] = ()
    """Each person entitled to ask, each under its article."""
    processing: Processing | None = None
    registry: Registry | None = None
    forms: tuple[RequestForm, ...] = ()
    profiles: Profiles | None = None
    gate: Gate | None = None
    credentials: Credentials | None = None
    loss: LossOfCredentials
    user_change: UserChange | None = None
    modification: Modification | None = None
    departure: Departure | None = None
    unsubscription: Unsubscription | None = None
    dormancy: Dormancy | None = None
    review: UserReview | None = None
    number_limit: NumberLimit | None = None
    user_email: UserEmail | None = None
