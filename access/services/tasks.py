"""The worklist of the empowered agents, and what they confirm to have done in the directory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from re import fullmatch

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from access.desired import DirectoryState
from access.models import Account, AccountIdentifier, AccountState, DirectoryTask, DirectoryTaskStep
from access.models.accounts import IDENTIFIER_PATTERN
from access.services.accounts import give_identifier, now_known
from access.services.following import follow
from access.services.registers import NumberRefused, keep_number
from contracts.identifiers import validate_no_nir
from contracts.models import Agent, Caisse, Power, User
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.subjects import locked

_PENDING = DirectoryTask.Outcome.PENDING


class NotConfirmed(Exception):
    """What the agent says to have done cannot be written; nothing was."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


class IdentifierRefused(NotConfirmed):
    """The identifier typed back is badly formed, or was ever given in the caisse."""


class NotEmpowered(NotConfirmed):
    """The agent had no power over the accounts of this caisse on that day."""


def worklist(caisses: Iterable[Caisse]) -> QuerySet[DirectoryTask]:
    """The tasks to do in the directories of these caisses, the oldest first."""
    tasks = DirectoryTask.objects.filter(outcome=_PENDING, account__caisse__in=caisses)
    return tasks.select_related(
        "account__caisse", "account__partner", "account__site", "account__person"
    ).prefetch_related("steps")


def empowered(agent: Agent, caisse: Caisse, on: date) -> bool:
    """Whether the agent was individually empowered to register accounts on that day."""
    if agent.caisse_id != caisse.pk:
        return False
    return Power.objects.on(on).filter(agent=agent, kind=Power.Kind.REGISTER_ACCOUNTS).exists()


def empowered_caisses(user: User, on: date) -> QuerySet[Caisse]:
    """The caisses whose accounts the user may register on that day, empowered by name."""
    powers = Power.objects.on(on).filter(kind=Power.Kind.REGISTER_ACCOUNTS, agent__user=user)
    return Caisse.objects.filter(pk__in=powers.values("agent__caisse"))


def confirm_step(task: DirectoryTask, code: str, done_on: date, agent: Agent) -> DirectoryTaskStep:
    """Write that the holder was entered in one register, other than the last.

    Registers are entered in the rulebook's order. Raises ``NotConfirmed``.
    """
    with transaction.atomic():
        current = _pending(task)
        steps = list(current.steps.order_by("number"))
        step = next((step for step in steps if step.code == code), None)
        if step is None or step is steps[-1]:
            raise NotConfirmed(
                "Ce registre n’est pas l’un de ceux à remplir avant l’annuaire. "
                "Rechargez la liste des tâches."
            )
        if step.done_on is not None:
            return step
        _check(current, steps[: step.number - 1], done_on, agent)
        step.done_on, step.done_by = done_on, agent
        step.save()
    return step


def confirm_created(
    task: DirectoryTask, identifier: str, done_on: date, agent: Agent
) -> DirectoryTask:
    """Write that the account was registered, under the identifier typed back from the directory.

    Raises ``IdentifierRefused``, ``NotConfirmed`` when an earlier register was not entered, and
    ``NotEmpowered``.
    """
    identifier = identifier.strip()
    with transaction.atomic():
        current = _pending(task, DirectoryTask.Kind.REGISTER)
        steps = list(current.steps.order_by("number"))
        _check(current, steps[:-1], done_on, agent)
        account = locked(Account.objects.select_related("caisse"), current.account_id)
        _check_identifier(account, identifier)
        if steps:
            steps[-1].done_on, steps[-1].done_by = done_on, agent
            steps[-1].save()
        try:
            with transaction.atomic():
                give_identifier(account, identifier)
        except IntegrityError as error:
            raise _already_given() from error
        return _done(current, account, done_on, agent)


def confirm_registered(
    task: DirectoryTask, number: str, done_on: date, agent: Agent
) -> DirectoryTask:
    """Write that the holder was entered in the register before a directory worked by the machine.

    The number typed back is kept; the account is made after the commit. Raises
    ``IdentifierRefused`` for a number badly typed or of somebody else, ``NotConfirmed`` and
    ``NotEmpowered``.
    """
    with transaction.atomic():
        current = _pending(task, DirectoryTask.Kind.REGISTER_HOLDER)
        _check(current, [], done_on, agent)
        account = locked(Account.objects.select_related("caisse"), current.account_id)
        try:
            keep_number(account, number)
        except NumberRefused as refused:
            raise IdentifierRefused(str(refused)) from refused
        current.steps.update(done_on=done_on, done_by=agent)
        _close(current, done_on, agent)
        follow([(f"task:{current.pk}:{current.outcome}", account.pk)])
    return current


def confirm_done(task: DirectoryTask, done_on: date, agent: Agent) -> DirectoryTask:
    """Write that a change other than a registration was made. Raises ``NotConfirmed``."""
    with transaction.atomic():
        current = _pending(task)
        if current.kind == DirectoryTask.Kind.REGISTER:
            raise NotConfirmed("Une inscription se confirme avec l’identifiant du compte.")
        if current.kind == DirectoryTask.Kind.REGISTER_HOLDER:
            raise NotConfirmed("Une inscription au registre se confirme avec le numéro obtenu.")
        _check(current, [], done_on, agent)
        account = locked(Account.objects.select_related("caisse"), current.account_id)
        return _done(current, account, done_on, agent)


def _pending(task: DirectoryTask, kind: DirectoryTask.Kind | None = None) -> DirectoryTask:
    current = locked(DirectoryTask.objects.select_related("account__caisse"), task.pk)
    if current.outcome != _PENDING:
        raise NotConfirmed(
            f"Cette tâche n’est plus à faire : {current.get_outcome_display().lower()}. "
            "Rechargez la liste des tâches."
        )
    if kind is not None and current.kind != kind:
        raise NotConfirmed("Cette tâche ne se confirme pas ainsi. Rechargez la liste des tâches.")
    return current


def _check(
    task: DirectoryTask, before: Iterable[DirectoryTaskStep], done_on: date, agent: Agent
) -> None:
    if done_on > clock.today():
        raise NotConfirmed(
            f"Le {date_in_words(done_on)} est à venir : confirmez une fois la chose faite."
        )
    caisse = task.account.caisse
    if not empowered(agent, caisse, done_on):
        raise NotEmpowered(
            f"L’inscription des comptes demande une habilitation nominative de {caisse.name} en "
            f"vigueur le {date_in_words(done_on)}. Faites-la enregistrer, ou confiez la tâche à "
            "un agent habilité."
        )
    for step in before:
        if step.done_on is None:
            raise NotConfirmed(f"« {step.label} » vient d’abord : confirmez cette étape.")
        if step.done_on > done_on:
            raise NotConfirmed(
                f"« {step.label} » est du {date_in_words(step.done_on)}, après la date donnée "
                f"({date_in_words(done_on)}) : vérifiez-la."
            )


def _check_identifier(account: Account, identifier: str) -> None:
    try:
        validate_no_nir(identifier)
    except ValidationError as error:
        raise IdentifierRefused(" ".join(error.messages)) from error
    if not fullmatch(IDENTIFIER_PATTERN, identifier):
        raise IdentifierRefused(
            "Un identifiant commence par une lettre ou un chiffre et compte au plus 64 lettres, "
            "chiffres, points, tirets ou @, sans espace. Recopiez-le de l’annuaire."
        )
    given = AccountIdentifier.objects.filter(
        caisse=account.caisse, identifier__iexact=identifier
    ).exists()
    if given:
        raise _already_given()


def _already_given() -> IdentifierRefused:
    return IdentifierRefused(
        "Cet identifiant est, ou a été, celui d’un autre compte de la caisse : il ne sert plus. "
        "Vérifiez-le dans l’annuaire."
    )


def _done(task: DirectoryTask, account: Account, done_on: date, agent: Agent) -> DirectoryTask:
    _close(task, done_on, agent)
    state = DirectoryState(AccountState(task.wanted_state), tuple(task.wanted_services))
    now_known(account, state)
    # What is wanted may have changed meanwhile, and somebody may be waiting for the news.
    follow([(f"task:{task.pk}:{task.outcome}", account.pk)])
    return task


def _close(task: DirectoryTask, done_on: date, agent: Agent) -> None:
    task.outcome, task.closed_at = DirectoryTask.Outcome.DONE, clock.now()
    task.done_on, task.done_by = done_on, agent
    task.save()
