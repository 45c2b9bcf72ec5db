"""The diagram shown in the documentation is that of the flow."""

from pathlib import Path

from django.core.management import call_command

from forms_annexes.process_diagram import BPMN, IMAGES, SVG, diagram, steps


def test_the_written_diagram_is_that_of_the_flow() -> None:
    for name, text in diagram().items():
        assert (IMAGES / name).read_text(encoding="utf-8") == text, (
            f"{name} is not that of the flow: run manage.py export_process"
        )


def test_the_diagram_holds_the_human_steps_and_the_two_gates() -> None:
    found = steps((IMAGES / BPMN).read_text(encoding="utf-8"))
    assert sorted(found["userTask"]) == ["Compléter", "Signer", "Vérifier"]
    assert sorted(found["exclusiveGateway"]) == ["Est-elle rendue ?", "Reste-t-elle à signer ?"]
    assert sorted(found["startEvent"]) == ["Demande ouverte", "Décision rouverte"]
    assert sorted(name for name in found["sequenceFlow"] if name) == ["non", "non", "oui", "oui"]


def test_it_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    call_command("export_process", out=tmp_path / "images", verbosity=0)
    assert sorted(file.name for file in (tmp_path / "images").iterdir()) == [BPMN, SVG]


def test_the_documentation_shows_it() -> None:
    assert "images/request_process.svg" in (IMAGES.parent / "requests.md").read_text("utf-8")
