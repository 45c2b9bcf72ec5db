"""Which answers of a request may change: those the caisse gave back, and no other.

A draft is all open. A request given back opens the answers that the agent named; a reason about the
signature opens what the signatory says of himself; a reason about a paper opens no answer. A reason
that names no answer (« le formulaire est incomplet ») opens the whole form. What was decided of a
named user stays closed in every case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from forms_annexes.completeness import USER_BLOCK, answer_of, asked_online
from forms_annexes.models import (
    AccessRequest,
    RequestedUser,
    RequestTransition,
    ReturnedPoint,
)
from forms_annexes.models.requests import RequestChannel, RequestStatus
from forms_annexes.models.users import UserDecision
from forms_annexes.reasons import PIECE_REASONS, SIGNATURE_REASONS, ReturnReason
from forms_annexes.services.moving import RequestRefused, StaleRequest
from templates_conventions.forms import FormBlock, FormField
from workflows.french import typeset


class Target(NamedTuple):
    """An answer of a request: the code of its field, and of which named user."""

    field: str
    user_reference: str = ""


class Asked(NamedTuple):
    """An answer that a form asks, as the request holds it now."""

    target: Target
    block: FormBlock
    field: FormField
    user: RequestedUser | None
    value: str

    @property
    def label(self) -> str:
        """The official label, without its colon."""
        return self.field.label.rstrip(" :\N{NO-BREAK SPACE}")

    @property
    def words(self) -> str:
        """The label, and of whom it asks."""
        who = self.user.get_full_name() if self.user is not None else ""
        return typeset(f"{self.label} ({who})") if who else self.label


class NotReopened(StaleRequest):
    """An answer that the caisse did not give back was changed: nothing was written."""


@dataclass(frozen=True, slots=True)
class Openings:
    """What may change in a request."""

    everything: bool
    comments: Mapping[Target, str] = field(default_factory=dict)
    """The answers given back, with what the caisse says of each."""
    signature: bool = False
    """Whether what the signatory says of himself may change."""

    def opens(self, block: FormBlock, code: str, user: RequestedUser | None = None) -> bool:
        """Whether that answer may change."""
        if user is not None and user.decision != UserDecision.PENDING:
            return False
        if self.everything or (self.signature and signs(block)):
            return True
        return Target(code, user.reference if user is not None else "") in self.comments

    def comment(self, code: str, user: RequestedUser | None = None) -> str:
        """What the caisse says of that answer; empty when it says nothing."""
        return self.comments.get(Target(code, user.reference if user is not None else ""), "")

    @property
    def opens_users(self) -> bool:
        """Whether named users may be added or removed."""
        return self.everything


def signs(block: FormBlock) -> bool:
    """Whether the block is the signatory's."""
    return any(field.kind == "signature" for field in block.fields)


def openings_of(request: AccessRequest) -> Openings:
    """What may change in the request as it stands."""
    if request.status != RequestStatus.RETURNED.value:
        return Openings(everything=True)
    points = returned_points(request)
    comments = {Target(one.field, one.user_reference): one.comment for one in points}
    reasons = {ReturnReason(code) for code in request.return_reasons}
    about_answers = reasons - SIGNATURE_REASONS - PIECE_REASONS
    return Openings(
        everything=bool(about_answers) and not comments,
        comments=comments,
        signature=bool(reasons & SIGNATURE_REASONS),
    )


def returned_points(request: AccessRequest) -> list[ReturnedPoint]:
    """The answers that the last return names."""
    last = request.transitions.filter(name=RequestTransition.Name.GIVE_BACK).last()
    return [] if last is None else list(last.points.all())


def asked_of(request: AccessRequest) -> list[Asked]:
    """Every answer that the form asks, user by user, in its order."""
    users, found = request.named_users, []
    for block in request.definition.blocks:
        for one in asked_online(block):
            if block.code == USER_BLOCK:
                found += [
                    Asked(Target(one.code, user.reference), block, one, user, answer_of(user, one))
                    for user in users
                ]
            else:
                value = str(request.answers.get(one.code, ""))
                found.append(Asked(Target(one.code), block, one, None, value))
    return found


def first_open_block(request: AccessRequest) -> str:
    """The part of the form where the first answer to take up again stands; empty for any."""
    openings = openings_of(request)
    if openings.everything:
        return ""
    for one in asked_of(request):
        if openings.opens(one.block, one.target.field, one.user):
            return one.block.code
    return ""


def in_words(request: AccessRequest) -> tuple[str, ...]:
    """What is to take up again, answer by answer, each with what the caisse says of it."""
    comments = openings_of(request).comments
    known = {one.target: one for one in asked_of(request)} if comments else {}
    return tuple(
        typeset(f"{known[target].words} : {comment}" if target in known else comment)
        for target, comment in comments.items()
        if comment
    )


def write_points(
    request: AccessRequest, line: RequestTransition, points: Mapping[Target, str]
) -> None:
    """Write beside a return the answers it names. Raises ``RequestRefused`` for an unknown one."""
    known = {one.target: one for one in asked_of(request)}
    for target, comment in points.items():
        if target not in known:
            raise RequestRefused("Cette réponse n’est pas dans le formulaire.")
        user = known[target].user
        if user is not None and user.decision != UserDecision.PENDING:
            raise RequestRefused(
                typeset(f"{user.get_full_name()} : déjà décidé, rien n’est à reprendre.")
            )
        ReturnedPoint.objects.create(
            transition=line,
            field=target.field,
            user_reference=target.user_reference,
            comment=comment.strip(),
        )


def refuse_closed(
    request: AccessRequest,
    block_code: str,
    answers: Mapping[str, str] | Sequence[Mapping[str, str]],
    signatory_quality: str | None,
    openings: Openings | None = None,
    references: Sequence[str] = (),
) -> None:
    """Raise ``NotReopened`` when an answer changes that may not, whatever the page showed.

    ``openings`` is what may change where it is not what the caisse gave back; ``references`` say
    which known user each row is about, as where the users are written (``named_users``).
    """
    openings = openings or openings_of(request)
    if openings.everything and not _decided(request):
        return
    block = next(block for block in request.definition.blocks if block.code == block_code)
    rows = [answers] if isinstance(answers, Mapping) else list(answers)
    quality = signatory_quality is None or signatory_quality.strip() == request.signatory_quality
    refused = [] if quality or openings.everything or openings.signature else ["Qualité"]
    users: list[RequestedUser | None] = [None]
    if block_code == USER_BLOCK:
        known = {user.reference: user for user in request.users.order_by("position")}
        told = list(references) or [*known, *[""] * len(rows)][: len(rows)]
        if set(told) != set(known) and not openings.opens_users:
            raise NotReopened(_only("la liste des personnes"))
        decided = {key for key, user in known.items() if user.decision != UserDecision.PENDING}
        if decided - set(told):
            raise NotReopened(_only("la liste des personnes"))
        users = [known.get(reference) for reference in told]
    for user, row in zip(users, rows, strict=False):
        refused += _closed(openings, request, block, user, row)
    if refused:
        raise NotReopened(_only("« " + " », « ".join(refused) + " »"))


def _closed(
    openings: Openings,
    request: AccessRequest,
    block: FormBlock,
    user: RequestedUser | None,
    row: Mapping[str, str],
) -> Iterable[str]:
    for one in asked_online(block):
        if one.code not in row or openings.opens(block, one.code, user):
            continue
        kept = answer_of(user, one) if user else str(request.answers.get(one.code, ""))
        if _plain(row[one.code]) != _plain(kept):
            yield one.label.rstrip(" :\N{NO-BREAK SPACE}")


def _plain(value: Any) -> str:
    """The text without what a browser does to the ends of its lines."""
    return "\n".join(str(value).strip().splitlines())


def _decided(request: AccessRequest) -> bool:
    return bool(request.users.exclude(decision=UserDecision.PENDING).exists())


def _only(what: str) -> str:
    return typeset(
        f"Rien n’est enregistré : vous avez changé {what}, que la caisse n’a pas donné à "
        "reprendre. Seules les réponses qu’elle a indiquées se modifient ; pour une autre, "
        "prévenez-la."
    )


def came_on_paper(request: AccessRequest) -> bool:
    """Whether the caisse copied the request from a sheet."""
    return request.channel != RequestChannel.ONLINE
