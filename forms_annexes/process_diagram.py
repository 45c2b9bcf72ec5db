"""The diagram of the instruction, as the flow itself gives it: BPMN to exchange, SVG to look at.

The layout and the two templates are viewflow's. Its package is read from where it is installed: as
an application of the site it would add pages and middleware of which nothing here has use.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import viewflow
from django.template.backends.django import DjangoTemplates
from viewflow.workflow import chart

from forms_annexes.flows import RequestFlow

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
BPMN, SVG = "request_process.bpmn", "request_process.svg"

_BACKGROUND = '<rect width="100%" height="100%" fill="#fff"/>'
_NAMES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}


def diagram() -> Mapping[str, str]:
    """The text of each file of the diagram, by its name."""
    grid = chart.calc_layout_data(RequestFlow)
    context = {"grid": grid, "cells": grid.cells, "edges": grid.edges}
    bpmn = context | {
        "process_id": "id_process_request",
        "process_name": str(RequestFlow.process_title),
        "compensations": [],
    }
    return {
        BPMN: _tidy(_rendered("graph.bpmn", bpmn)),
        SVG: _tidy(_on_white(_rendered("graph.svg", context))),
    }


def steps(bpmn: str) -> dict[str, list[str]]:
    """What a BPMN text holds, by kind of element: the words of each, in its order."""
    process = ElementTree.fromstring(bpmn).find("bpmn:process", _NAMES)  # noqa: S314 — our own text
    found: dict[str, list[str]] = {}
    for element in process if process is not None else ():
        kind = element.tag.rpartition("}")[2]
        found.setdefault(kind, []).append(element.get("name", ""))
    return found


def _rendered(name: str, context: dict[str, Any]) -> str:
    engine = DjangoTemplates(
        {
            "NAME": "viewflow",
            "DIRS": [Path(viewflow.__file__).parent / "templates"],
            "APP_DIRS": False,
            "OPTIONS": {},
        }
    )
    return str(engine.get_template(f"viewflow/workflow/{name}").render(context))


def _on_white(text: str) -> str:
    """The drawing on white: where a page is dark, black lines on nothing could not be seen."""
    head, close, rest = text.partition("<defs>")
    return f"{head}{_BACKGROUND}\n    {close}{rest}"


def _tidy(text: str) -> str:
    """Without the blank lines and trailing spaces of the templates."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return "\n".join(line for line in lines if line) + "\n"
