"""The postal life of letters, and the notice or breach letter that each of them carries."""

from __future__ import annotations

from workflows import acts, breaches, notices
from workflows.convention import ConventionLifecycle, Refused
from workflows.convention_state import ConventionState, LetterRecord, Outcome
from workflows.french import date_in_words


def foresee_posted(data: ConventionState, act: acts.LetterPosted) -> None:
    """Let the rules know the posting, which no later moment may precede."""
    data.letter_days.setdefault((act.letter, "posted"), act.on)


def foresee_presented(data: ConventionState, act: acts.LetterPresented) -> None:
    """Let the rules know the presentation, which no outcome may precede."""
    data.letter_days.setdefault((act.letter, "presented"), act.on)


def foresee_unclaimed(data: ConventionState, act: acts.LetterUnclaimed) -> None:
    """Let the rules know that the letter comes back."""
    data.letter_days.setdefault((act.letter, "unclaimed"), act.on)


def foresee_proof_lost(data: ConventionState, act: acts.LetterProofLost) -> None:
    """Let the rules know that no proof of reception will come."""
    data.letter_days.setdefault((act.letter, "lost"), act.on)


def on_notice(life: ConventionLifecycle, act: acts.Notice) -> None:
    """A notice, whose letter may already have been posted."""
    _require_letter_of_its_own(life.data, act, "notice")
    notices.register(life, act)
    letter = _carry(life.data, act, "notice")
    notices.assess(life, act.id, letter)


def on_formal_notice(life: ConventionLifecycle, act: acts.FormalNotice) -> None:
    """A breach letter, which may already have been received."""
    _require_letter_of_its_own(life.data, act, "breach")
    breaches.register(life, act)
    letter = _carry(life.data, act, "formal_notice")
    breaches.assess(life, act.id, letter)


def on_posted(life: ConventionLifecycle, act: acts.LetterPosted) -> None:
    """Handed to the post."""
    letter = _letter(life.data, act.letter)
    if letter.posted_on is not None:
        raise Refused("letter_moment_known", "Ce courrier a déjà une date d’envoi.")
    letter.posted_on = act.on
    _follow(life, letter)


def on_presented(life: ConventionLifecycle, act: acts.LetterPresented) -> None:
    """Shown to its addressee for the first time."""
    _require_order(life.data, act, "présenté", ("posted",))
    letter = _letter(life.data, act.letter)
    if letter.presented_on is not None:
        raise Refused("letter_moment_known", "Ce courrier a déjà une première présentation.")
    letter.presented_on = act.on
    _follow(life, letter)


def on_delivered(life: ConventionLifecycle, act: acts.LetterDelivered) -> None:
    """Handed over."""
    _conclude(life, act, "delivered")


def on_refused(life: ConventionLifecycle, act: acts.LetterRefused) -> None:
    """Refused, hence received."""
    _conclude(life, act, "refused")


def on_unclaimed(life: ConventionLifecycle, act: acts.LetterUnclaimed) -> None:
    """Sent back, unclaimed."""
    _conclude(life, act, "unclaimed")


def on_undeliverable(life: ConventionLifecycle, act: acts.LetterUndeliverable) -> None:
    """Sent back, the addressee being unknown there."""
    _conclude(life, act, "undeliverable")


def on_proof_lost(life: ConventionLifecycle, act: acts.LetterProofLost) -> None:
    """The proof of reception is lost; should it be found, the outcome that it tells holds."""
    _conclude(life, act, "lost")


def _require_order(
    data: ConventionState, act: acts.LetterAct, happened: str, earlier: tuple[str, ...]
) -> None:
    """Refuse a moment dated before one that must precede it, wherever that one was recorded."""
    for moment in earlier:
        day = data.letter_days.get((act.letter, moment))
        if day is not None and act.on < day:
            done = "posté" if moment == "posted" else "présenté"
            raise Refused(
                "letter_out_of_order",
                f"Ce courrier ne peut pas être {happened} le {date_in_words(act.on)} : il a été "
                f"{done} le {date_in_words(day)}. Vérifier les deux dates sur la preuve de dépôt "
                "et sur l’avis de réception.",
            )


def _require_letter_of_its_own(
    data: ConventionState, act: acts.Notice | acts.FormalNotice, rule: str
) -> None:
    """Refuse a letter that carries another act already, or that left before the effect."""
    letter = data.letters.get(act.letter)
    if letter is None:
        return
    if letter.purpose:
        raise Refused(
            "letter_already_used",
            "Ce courrier porte déjà une dénonciation, une mise en demeure ou une lettre de "
            "résiliation : enregistrer chaque lettre à part.",
            rule,
        )
    first_day = letter.posted_on or letter.presented_on or letter.outcome_on
    if first_day is not None and data.effect_on is not None and first_day < data.effect_on:
        raise Refused(
            "letter_before_effect",
            f"Ce courrier est parti au plus tard le {date_in_words(first_day)}, avant que la "
            f"convention prenne effet ({date_in_words(data.effect_on)}) : il ne peut pas y mettre "
            "fin.",
            rule,
        )


def _letter(data: ConventionState, key: str) -> LetterRecord:
    letter = data.letters.get(key)
    if letter is None:
        letter = data.letters[key] = LetterRecord()
    return letter


def _carry(
    data: ConventionState, act: acts.Notice | acts.FormalNotice, purpose: str
) -> LetterRecord:
    letter = _letter(data, act.letter)
    letter.purpose, letter.act, letter.form = purpose, act.id, act.form
    return letter


def _conclude(life: ConventionLifecycle, act: acts.LetterAct, outcome: Outcome) -> None:
    _require_order(life.data, act, "remis ou rendu", ("posted", "presented"))
    letter = _letter(life.data, act.letter)
    if letter.outcome not in ("", "lost") or letter.outcome == outcome:
        raise Refused("letter_moment_known", "Ce courrier a déjà une issue.")
    letter.outcome, letter.outcome_on = outcome, act.on
    _follow(life, letter)


def _follow(life: ConventionLifecycle, letter: LetterRecord) -> None:
    if letter.purpose == "notice":
        notices.assess(life, letter.act, letter)
    elif letter.purpose == "formal_notice":
        breaches.assess(life, letter.act, letter)
