"""Why a page waits for a person, in words."""

from __future__ import annotations

from contracts.services.scan_sorting import Doubt, Doubtful
from workflows.french import typeset

_TITLES = {
    Doubt.NO_CODE: "Page sans code",
    Doubt.BLANK: "Page blanche",
    Doubt.SEVERAL_CODES: "Plusieurs codes sur une page",
    Doubt.UNKNOWN_CODE: "Code inconnu",
    Doubt.ELSEWHERE: "Document d’une autre caisse ou d’un autre service",
    Doubt.MISSING_PAGE: "Document incomplet",
    Doubt.PAGE_TWICE: "Pages en double",
    Doubt.PAGE_TOO_MANY: "Page de trop",
    Doubt.LENGTH_UNKNOWN: "Nombre de pages inconnu",
    Doubt.LEFT_OVER: "Document complet",
}
_ADVICE = {
    Doubt.NO_CODE: "Regardez ce que c’est, puis classez-la ou écartez-la.",
    Doubt.BLANK: "Sans doute un verso : écartez-la si rien n’y est écrit.",
    Doubt.SEVERAL_CODES: "Deux feuilles ont dû passer ensemble. Numérisez-les de nouveau.",
    Doubt.UNKNOWN_CODE: "Aucun document émis ne porte ce repère. Classez-la à la main.",
    Doubt.ELSEWHERE: "Remettez ce papier à qui s’en occupe, et écartez la page.",
    Doubt.PAGE_TWICE: "Des exemplaires sont mêlés : cochez les pages de chacun, et classez-les.",
    Doubt.PAGE_TOO_MANY: "Le document émis est plus court. Vérifiez les feuilles.",
    Doubt.LENGTH_UNKNOWN: "Il a été émis pour un traitement de texte. Vérifiez que tout y est.",
    Doubt.LEFT_OVER: "Il ne manque rien : classez-le.",
}


def title(doubt: Doubtful) -> str:
    """« Document incomplet »."""
    return _TITLES[doubt.doubt]


def advice(doubt: Doubtful) -> str:
    """What to do about it."""
    if doubt.doubt is Doubt.MISSING_PAGE:
        listed = ", ".join(str(page) for page in doubt.missing)
        if len(doubt.missing) == 1:
            lacking = f"La page {listed} manque. Cherchez-la dans le lot"
        else:
            lacking = f"Les pages {listed} manquent. Cherchez-les dans le lot"
        return typeset(f"{lacking}, ou classez ce qui est là.")
    return typeset(_ADVICE[doubt.doubt])
