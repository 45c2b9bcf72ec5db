"""One group of questions as a page asks it: once, or as many times as there are persons.

A page that repeats its questions carries, for each repetition, a key that tells it from the others:
the reference of a named user, or ``n1``, ``n2`` for one that is not known yet. The names of its
fields begin with the key, and the keys come in their order under ``<block>-row``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.forms.utils import ErrorDict

from forms_annexes.block_forms import BlockForm, field_name, initial_of
from forms_annexes.completeness import asked_online, repetition_word
from templates_conventions.forms import FormBlock
from workflows.french import typeset

_KEY = re.compile(r"[0-9a-f]{32}|n\d{1,4}")
_QUALITY = ("quality", "other_quality")
NEW = "n1"
"""The key of the first repetition of a page about which nothing is known."""


class Known(NamedTuple):
    """What is known of one repetition."""

    key: str
    answers: Mapping[str, str]
    """By field code."""
    closed: bool = False
    """Whether it changes no more: the caisse has decided on that person."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed in a page, as it stands, unchecked."""

    keys: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    """By name in the page."""

    def with_one_more(self) -> Typed:
        """The same with an empty repetition at the end."""
        taken = [int(key[1:]) for key in self.keys if not _is_reference(key)]
        return replace(self, keys=(*self.keys, f"n{max(taken, default=0) + 1}"))

    def without(self, key: str) -> Typed:
        """The same without one repetition; one is left, empty, if it was the last."""
        return replace(self, keys=tuple(k for k in self.keys if k != key) or (NEW,))

    def with_those(self, others: Typed, keys: Sequence[str]) -> Typed:
        """The same with repetitions that somebody else has added since, as they are."""
        theirs = {
            n: t for n, t in others.values.items() if n.startswith(tuple(f"{k}-" for k in keys))
        }
        return Typed((*self.keys, *keys), {**self.values, **theirs})

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"keys": list(self.keys), "values": dict(self.values)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Typed:
        """As it was kept."""
        return cls(tuple(content["keys"]), content["values"])

    def same_as(self, other: Typed) -> bool:
        """Whether both say the same, but for the spaces around and what is left empty."""
        return self._said() == other._said() and self._filled() == other._filled()

    def is_blank(self, key: str) -> bool:
        """Whether a repetition is new and says nothing."""
        mine = (raw for name, raw in self.values.items() if name.startswith(f"{key}-"))
        return not _is_reference(key) and not any(map(_plain, mine))

    def _said(self) -> list[str]:
        return [key for key in self.keys if key and not self.is_blank(key)]

    def _filled(self) -> dict[str, str]:
        return {name: text for name, raw in self.values.items() if (text := _plain(raw))}


def typed_in(data: Any, block: FormBlock, *, repeated: bool) -> Typed:
    """What a sent page holds for one block; what the block does not ask is left out."""
    keys = _sent_keys(data, block) if repeated else ("",)
    names = [*map(field_name, (f.code for f in asked_online(block))), *_QUALITY]
    named = [f"{key}-{name}" if key else name for key in keys for name in names]
    return Typed(keys, {name: data.get(name, "") for name in named if name in data})


class Change(NamedTuple):
    """A repetition asked for or taken away, without scripts."""

    block: str
    removed: str = ""
    """The key taken away; empty for one more."""


def change_asked(data: Any) -> Change | None:
    """The repetition that the button pressed adds or removes; none for the other buttons."""
    if added := data.get("add", ""):
        return Change(added)
    block, _, key = data.get("remove", "").partition(":")
    return Change(block, key) if key else None


class BlockPage:
    """The questions of one block on a page, and what was answered."""

    def __init__(
        self,
        block: FormBlock,
        known: Sequence[Known] = (),
        *,
        most: int = 1,
        qualities: Sequence[str] = (),
        quality: str = "",
        data: Any = None,
        typed: Typed | None = None,
        asking: type[BlockForm] = BlockForm,
    ) -> None:
        """``data`` is what was sent, to be checked; ``typed`` what is only shown again.

        ``most``: how many times the block may be filled; ``asking``: what checks one repetition.
        """
        self.block, self.most, self._asking = block, most, asking
        self.repeated = most > 1
        self.is_bound = data is not None
        self.fixed = self.is_partly_closed = False
        """Whether nobody may be added or taken away; whether some answers change no more."""
        known = list(known) or [Known(NEW, {})]
        self._known = {one.key: one for one in known}
        self._qualities, self._quality = tuple(qualities), quality
        if data is not None:
            typed = typed_in(data, block, repeated=self.repeated)
        keys = self._keys(typed)
        blank = self._blank(keys, typed)
        self.forms = [self._form(key, data, typed, key in blank) for key in keys]
        self.added = ""
        """The key of the repetition just asked for: where the page is to begin."""

    def _keys(self, typed: Typed | None) -> list[str]:
        if not self.repeated:
            return [next(iter(self._known))]
        keys = list(self._known) if typed is None else list(typed.keys)
        return [
            *keys,
            *(key for key, one in self._known.items() if one.closed and key not in keys),
        ]

    def _blank(self, keys: list[str], typed: Typed | None) -> list[str]:
        """The persons who are new and about whom nothing is said: they are no persons."""
        if typed is None or not (self.is_bound and self.repeated):
            return []
        blank = [key for key in keys if typed.is_blank(key) and not self._is_known(key)]
        return blank if len(blank) < len(keys) else blank[1:]

    def _is_known(self, key: str) -> bool:
        return key in self._known and any(self._known[key].answers.values())

    def _form(self, key: str, data: Any, typed: Typed | None, blank: bool) -> BlockForm:
        one = self._known.get(key, Known(key, {}))
        initial = initial_of(self.block, one.answers, self._quality, self._qualities)
        if typed is not None and data is None and not one.closed:
            before = f"{key}-" if self.repeated else ""
            initial = {name: typed.values.get(before + name, "") for name in initial}
        return self._asking(
            None if one.closed else data,
            block=self.block,
            initial=initial,
            qualities=self._qualities,
            key=key,
            closed=one.closed,
            prefix=key if self.repeated else None,
            empty_permitted=blank,
            use_required_attribute=False,
        )

    @property
    def fields(self) -> bool:
        """Whether there is anything to ask."""
        return any(form.fields for form in self.forms)

    @cached_property
    def empty(self) -> BlockForm:
        """The questions of one more person, for the script to copy."""
        return self._asking(block=self.block, key="__key__", prefix="__key__")

    def is_valid(self) -> bool:
        """Whether all of it may be kept."""
        # Each form is looked at, so that the page tells all that is wrong at once.
        wrong = [form for form in self._open if not form.is_valid()]
        return not wrong and not self.too_many

    @property
    def _open(self) -> list[BlockForm]:
        return [form for form in self.forms if not form.closed]

    @property
    def filled(self) -> list[BlockForm]:
        """The repetitions that say something; the first one when none does."""
        said = [form for form in self.forms if form.closed or not form.empty_permitted]
        return said or self.forms[:1]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The answers, repetition by repetition, once valid."""
        return [
            dict(self._known[form.key].answers) if form.closed else form.answers
            for form in self.filled
        ]

    @property
    def keys(self) -> list[str]:
        """The keys of ``rows``."""
        return [form.key for form in self.filled]

    @property
    def quality(self) -> str | None:
        """In what quality the signatory signs; None when the page does not ask."""
        return self.forms[0].quality

    @property
    def typed(self) -> Typed:
        """What is known, as it would be typed."""
        keys = tuple(self._keys(None)) if self.repeated else ("",)
        values = {}
        for key, one in zip(keys, self._known.values(), strict=False):
            if one.closed:
                continue
            shown = initial_of(self.block, one.answers, self._quality, self._qualities)
            values |= {f"{key}-{name}" if key else name: text for name, text in shown.items()}
        return Typed(keys, values)

    @property
    def word(self) -> str:
        """What one repetition is called."""
        return repetition_word(self.block)

    @property
    def is_full(self) -> bool:
        """Whether no repetition more may be asked for."""
        return self.fixed or len(self.forms) >= self.most

    @property
    def can_remove(self) -> bool:
        """Whether a repetition may be taken away."""
        return not self.fixed and len(self.forms) > max(1, self.block.repeat.minimum)

    @property
    def too_many(self) -> str:
        """Why the page holds too many repetitions; empty when it does not."""
        count = len(self.filled)
        if count <= self.most:
            return ""
        return typeset(
            f"Vous avez rempli {count} fois cette partie. Attendu : {self.most} fois au plus. "
            "Retirez ce qui dépasse, et faites-en une autre demande."
        )

    @property
    def errors(self) -> bool | ErrorDict:
        """Whether something is wrong, for the summary of errors."""
        return self.is_bound and (bool(self.too_many) or any(form.errors for form in self._open))

    @property
    def listed_errors(self) -> Iterator[tuple[str, str]]:
        """Every error with the identifier of the field to correct."""
        if self.too_many:
            yield "contenu", self.too_many
        for number, form in enumerate(self.forms, start=1):
            if form.closed:
                continue
            for target, words in form.listed_errors:
                which = f"{self.word.capitalize()} {number} : " if len(self.forms) > 1 else ""
                said = which + words
                yield target, typeset(said)

    def __iter__(self) -> Iterator[BlockForm]:
        return iter(self.forms)


def _sent_keys(data: Any, block: FormBlock) -> tuple[str, ...]:
    sent = (key for key in data.getlist(f"{block.code}-row") if _KEY.fullmatch(key))
    return tuple(dict.fromkeys(sent)) or (NEW,)


def _is_reference(key: str) -> bool:
    return len(key) > 5


def _plain(text: str) -> str:
    return " ".join(text.split())
