"""The registers that come before the directory, where the machine works the directory itself.

The rulebook names them in their order. Nothing reaches them but an empowered agent: a task asks
for the holder to be entered, the number is typed back, and only then is the account made.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, transaction

from access.desired import DirectoryState
from access.models import Account, DirectoryTask, DirectoryTaskStep, HolderNumber
from contracts.identifiers import validate_no_nir
from contracts.models import Caisse, PartnerNumber
from workflows import clock
from workflows.french import typeset
from workflows.rulebook_access import RegistryStep

SETTING = "third_parties_register"
KEPT_HERE, ELSEWHERE = "here", "elsewhere"
_DIRECTORY = "directory"
_LONGEST = 50
_PENDING = DirectoryTask.Outcome.PENDING
Kind = DirectoryTask.Kind


class NumberRefused(Exception):
    """The number typed back is badly formed, or that of somebody else; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


def keeps_registers(caisse: Caisse) -> bool:
    """Whether entering holders in the registers before the directory is followed here.

    The caisse's setting ``third_parties_register``, else ``TACITE_THIRD_PARTIES_REGISTER``:
    ``here``, or ``elsewhere`` where another service of the caisse sees to it. Raises
    ``ImproperlyConfigured`` for anything else.
    """
    where = caisse.settings.get(SETTING, settings.TACITE_THIRD_PARTIES_REGISTER)
    if where not in (KEPT_HERE, ELSEWHERE):
        raise ImproperlyConfigured(
            typeset(
                f"Réglage « {SETTING} » inconnu ({caisse.code}) : « {where} ». Attendu : "
                f"{KEPT_HERE} ou {ELSEWHERE}."
            )
        )
    return bool(where == KEPT_HERE)


def steps_before_directory(account: Account) -> tuple[RegistryStep, ...]:
    """The registers in which the rulebook wants the holder before the directory."""
    registry = account.habilitation_rules.registry
    return tuple(step for step in registry.steps if step.code != _DIRECTORY) if registry else ()


def number_of(account: Account) -> str:
    """The number under which the caisse's register knows the holder; empty when it has none."""
    if account.partner_id is not None:
        numbers = PartnerNumber.objects.filter(caisse=account.caisse_id, partner=account.partner_id)
    else:
        numbers = HolderNumber.objects.filter(account=account)
    return numbers.values_list("number", flat=True).first() or ""


def registered_first(account: Account, wanted: DirectoryState) -> bool:
    """Whether the account may be made as far as registers go; otherwise a task asks for it.

    To be called on a locked account that has no identifier yet, where the directory is worked by
    the machine.
    """
    steps: tuple[RegistryStep, ...] = ()
    if keeps_registers(account.caisse) and not number_of(account):
        steps = steps_before_directory(account)
    if not steps:
        call_off(account)
        return True
    services = list(wanted.services)
    task = account.tasks.filter(outcome=_PENDING).first()
    if task is not None and task.kind == Kind.REGISTER_HOLDER:
        if task.wanted_services != services:
            task.wanted_services = services
            task.save(update_fields=["wanted_services"])
        return False
    if task is not None:
        # Asked for when this directory was still worked by hand.
        _supersede(task)
    task = DirectoryTask.objects.create(
        account=account,
        kind=Kind.REGISTER_HOLDER,
        wanted_state=wanted.state,
        wanted_services=services,
        opened_at=clock.now(),
    )
    DirectoryTaskStep.objects.bulk_create(
        DirectoryTaskStep(task=task, number=number, code=step.code, label=step.label)
        for number, step in enumerate(steps, start=1)
    )
    return False


def call_off(account: Account) -> None:
    """Ask no longer for the holder to be entered in a register."""
    for task in account.tasks.filter(kind=Kind.REGISTER_HOLDER, outcome=_PENDING):
        _supersede(task)


def _supersede(task: DirectoryTask) -> None:
    task.outcome, task.closed_at = DirectoryTask.Outcome.SUPERSEDED, clock.now()
    task.save(update_fields=["outcome", "closed_at"])


def keep_number(account: Account, number: str) -> None:
    """Keep the number under which the register knows the holder. Raises ``NumberRefused``."""
    number = number.strip()
    if not number or len(number) > _LONGEST or not number.isprintable():
        raise NumberRefused(
            "Recopiez le numéro donné par le registre : de 1 à 50 caractères, sur une ligne."
        )
    try:
        validate_no_nir(number)
    except ValidationError as error:
        raise NumberRefused(" ".join(error.messages)) from error
    taken = (
        PartnerNumber.objects.filter(caisse=account.caisse_id, number=number)
        .exclude(partner=account.partner_id)
        .exists()
        or HolderNumber.objects.filter(caisse=account.caisse_id, number=number)
        .exclude(account=account)
        .exists()
    )
    known = number_of(account)
    if taken or (known and known != number):
        raise NumberRefused(
            "Ce numéro est celui d’un autre tiers de la caisse, ou le titulaire en a déjà un. "
            "Vérifiez-le dans le registre."
        )
    if known:
        return
    try:
        with transaction.atomic():
            if account.partner_id is not None:
                PartnerNumber.objects.create(
                    caisse_id=account.caisse_id, partner_id=account.partner_id, number=number
                )
            else:
                HolderNumber.objects.create(
                    caisse_id=account.caisse_id, account=account, number=number
                )
    except IntegrityError as error:
        raise NumberRefused(
            "Ce numéro vient d’être donné à un autre tiers de la caisse. Vérifiez-le."
        ) from error
