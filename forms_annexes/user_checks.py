"""What deserves a second look in the named users of a request: nothing here asks the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from forms_annexes.mailboxes import is_generic_mailbox
from workflows.french import typeset


@dataclass(frozen=True, slots=True)
class Named:
    """A user whom a request names."""

    key: str
    """What tells the row from the others."""
    name: str
    email: str
    replaces: int | None = None
    """The number of the right that is changed or ended; None for a new one."""

    @property
    def who(self) -> tuple[str, str]:
        """The name and the address, as they are compared."""
        return self.name.casefold(), self.email.casefold()


@dataclass(frozen=True, slots=True)
class Holder:
    """A user of the same partner whose right is open."""

    right: int
    name: str
    email: str
    convention: str
    here: bool
    """Whether the right is under the convention of the request, for the same structure."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that is accepted and deserves a second look, or is refused."""

    key: str
    words: str
    refused: bool = False


def cautions(
    users: Sequence[Named],
    holders: Collection[Holder] = (),
    signatories: Collection[str] = (),
    unique_by: str = "",
) -> list[Caution]:
    """What to look at again, row by row.

    ``signatories`` are the addresses of whoever signs or asks. ``unique_by`` says what wants an
    address to be one user's only, in words (« l’article 4 »); without it, nothing is refused.
    """
    found = [
        Caution(key, typeset(words), refused)
        for number, user in enumerate(users)
        if user.email
        for key, words, refused in (
            *_shared_mailbox(user, signatories),
            *_twice(user, users[:number], unique_by),
            *_held(user, holders, unique_by),
        )
    ]
    return list(dict.fromkeys(found))


Told = tuple[str, str, bool]


def _shared_mailbox(user: Named, signatories: Collection[str]) -> Iterator[Told]:
    if not is_generic_mailbox(user.email):
        return
    also = ""
    if user.email.casefold() in {address.casefold() for address in signatories}:
        also = " C’est aussi l’adresse de la personne qui signe."
    yield (
        user.key,
        f"« {user.email} » semble être une boîte partagée. L’autorisation est individuelle : "
        f"préférez une adresse au nom de la personne.{also}",
        False,
    )


def _twice(user: Named, before: Sequence[Named], unique_by: str) -> Iterator[Told]:
    for other in before:
        if other.who == user.who:
            yield (
                user.key,
                f"{user.name} est déjà dans cette demande. Retirez l’une des deux.",
                False,
            )
        elif other.email.casefold() == user.email.casefold():
            yield (
                user.key,
                f"« {user.email} » est aussi l’adresse de {other.name} dans cette demande. "
                + _consequence(unique_by),
                bool(unique_by),
            )


def _held(user: Named, holders: Collection[Holder], unique_by: str) -> Iterator[Told]:
    for holder in holders:
        if holder.email.casefold() != user.email.casefold() or holder.right == user.replaces:
            continue
        if holder.name.casefold() != user.name.casefold():
            yield (
                user.key,
                f"« {user.email} » est déjà l’adresse de {holder.name}, dont l’accès est ouvert "
                f"(convention {holder.convention}). " + _consequence(unique_by),
                bool(unique_by),
            )
        elif holder.here and user.replaces is None:
            yield user.key, f"{user.name} a déjà cet accès.", False


def _consequence(unique_by: str) -> str:
    if unique_by:
        return f"Une adresse ne sert qu’à une personne ({unique_by}) : donnez-en une autre."
    return "L’une lirait les messages adressés à l’autre : préférez une adresse à chacune."
