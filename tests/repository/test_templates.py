"""Each template is used by something, and each template that is used exists."""

import ast
import re
from pathlib import Path

from tests.repository.tree import PACKAGES, ROOT, modules, parsed

TAG = re.compile(r"{%\s*(?:extends|include)\s.*?%}")
IN_A_TAG = re.compile(r"""["']([\w./-]+\.(?:html|txt))["']""")
"""The template itself, or one handed on to it."""
NAME = re.compile(r"[\w./-]+\.(?:html|txt)")
FORM = re.compile(r"""<form\b(?:"[^"]*"|[^>"])*>""", re.IGNORECASE)
NAMES_A_PAGE = re.compile(r"""\baction="[^"]|\baction='[^']""")
"""An empty address is none."""


def templates() -> dict[str, Path]:
    """Give the templates of all packages by the name under which Django finds them."""
    return {
        str(file.relative_to(folder)): file
        for package in PACKAGES
        if (folder := ROOT / package / "templates").is_dir()
        for file in folder.rglob("*")
        if file.is_file()
    }


def used() -> set[str]:
    """Give the template names that templates extend or include, and those written in Python."""
    in_templates = {
        name
        for file in templates().values()
        for tag in TAG.findall(file.read_text(encoding="utf-8"))
        for name in IN_A_TAG.findall(tag)
    }
    in_python = {
        node.value
        for package in PACKAGES
        for module in modules(package)
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAME.fullmatch(node.value)
    }
    return in_templates | in_python


def test_no_template_is_unused() -> None:
    assert set(templates()) - used() == set()


def test_no_missing_template_is_used() -> None:
    html = {name for name in used() if name.endswith(".html")}
    assert html - set(templates()) == set()


def test_every_form_that_is_sent_says_where_to() -> None:
    """Without an address of its own a form keeps the fragment of the page (`#lignes`), and the
    page of its errors opens there instead of on its summary."""
    silent = {
        f"{name}: {form}"
        for name, file in templates().items()
        for form in FORM.findall(file.read_text(encoding="utf-8"))
        if re.search(r"""method=["']?post""", form, re.IGNORECASE) and not NAMES_A_PAGE.search(form)
    }
    assert silent == set()
