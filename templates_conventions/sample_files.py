"""The files of samples: each drawn in the formats asked, and a page that lists them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from templates_conventions.document import Document, DocumentKind
from templates_conventions.rendering import docx, html, pdf
from templates_conventions.samples import NoSample, Sample, samples
from workflows.french import typeset
from workflows.rulebook import Rulebook

INDEX = ".".join(("index", "html"))
"""Put together: a whole name would pass for that of a template of the site."""
Format = Literal["pdf", "docx", "html"]
FORMATS: tuple[Format, ...] = ("pdf", "docx", "html")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one document of a type: its files, or why there is none."""

    sample: Sample | NoSample
    files: Mapping[str, str]
    """What each file is called in the list (« PDF »), to its place below the folder."""


def write_samples(
    rulebooks: Iterable[Rulebook],
    folder: Path,
    formats: Iterable[Format] = FORMATS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write every sample of these types below ``folder``, and ``index.html``; how many files.

    Raises ``OSError`` where they cannot be written, ``SourceFault`` for a fault of a text.
    """
    wanted = tuple(formats)
    all_of = [(rulebook, tuple(samples(rulebook))) for rulebook in rulebooks]
    total, done = sum(len(made) for _, made in all_of), 0
    listed = []
    for rulebook, made in all_of:
        (folder / rulebook.code).mkdir(parents=True, exist_ok=True)
        written = []
        for sample in made:
            written.append(Written(sample, _write(sample, folder, rulebook.code, wanted)))
            done += 1
            progress(done, total)
        listed.append((rulebook, written))
    (folder / INDEX).write_text(index(listed), encoding="utf-8")
    return sum(len(one.files) for _, written in listed for one in written)


def _write(
    sample: Sample | NoSample, folder: Path, code: str, formats: tuple[Format, ...]
) -> dict[str, str]:
    if isinstance(sample, NoSample):
        return {}
    files = {}
    for label, ending, content in _contents(sample.document, formats):
        place = f"{code}/{sample.name}{ending}"
        (folder / place).write_bytes(content)
        files[label] = place
    return files


def _contents(document: Document, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, bytes]]:
    if "pdf" in formats:
        yield "PDF", ".pdf", pdf.render(document)
        if document.kind is DocumentKind.FORM:
            yield "PDF à remplir", "-a-remplir.pdf", pdf.render_fillable(document)
    if "docx" in formats:
        yield "DOCX", ".docx", docx.render(document)
    if "html" in formats:
        yield "HTML", ".html", html.page(document).encode()


# The page that lists them.

_STYLE = """
body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th[scope=row] { font-weight: normal; width: 60%; }
a { margin-right: 1rem; }
"""


def index(listed: Iterable[tuple[Rulebook, Iterable[Written]]]) -> str:
    """The page: for each type its documents in groups, each with links to its files."""
    types = [(rulebook, list(written)) for rulebook, written in listed]
    contents = format_html_join(
        "\n", '<li><a href="#{}">{}</a></li>', ((one.code, one.title) for one, _ in types)
    )
    sections = format_html_join("\n", "{}", ((_section(*one),) for one in types))
    title = "Exemples de documents"
    return format_html(
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n<title>{0}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n<p>{2}</p>\n"
        '<nav aria-label="Modèles de convention">\n<ul>\n{3}\n</ul>\n</nav>\n{4}\n</main>\n</body>'
        "\n</html>\n",
        title,
        SafeString(_STYLE),
        typeset(
            "Tous les documents de chaque modèle de convention, faits pour être relus : les "
            "personnes, les organismes, les adresses et les numéros y sont inventés."
        ),
        contents,
        sections,
    )


def _section(rulebook: Rulebook, written: Iterable[Written]) -> SafeString:
    tables = (_table(group, list(ones)) for group, ones in groupby(written, _group))
    return format_html(
        '<section aria-labelledby="{0}">\n<h2 id="{0}">{1}</h2>\n{2}\n</section>',
        rulebook.code,
        rulebook.title,
        format_html_join("\n", "{}", ((table,) for table in tables)),
    )


def _group(written: Written) -> str:
    return written.sample.group


def _table(group: str, written: Iterable[Written]) -> SafeString:
    rows = format_html_join(
        "\n",
        '<tr><th scope="row">{}</th><td>{}</td></tr>',
        ((one.sample.label, _files(one)) for one in written),
    )
    return format_html(
        '<table>\n<caption>{}</caption>\n<thead><tr><th scope="col">Document</th>'
        '<th scope="col">Fichiers</th></tr></thead>\n<tbody>\n{}\n</tbody>\n</table>',
        group,
        rows,
    )


def _files(written: Written) -> SafeString | str:
    if isinstance(written.sample, NoSample):
        return written.sample.reason
    # The visible word comes first in the accessible name, so that voice control finds the link.
    return format_html_join(
        "\n",
        '<a href="{}" aria-label="{}, {}">{}</a>',
        ((place, label, written.sample.label, label) for label, place in written.files.items()),
    )
