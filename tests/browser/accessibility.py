"""Accessibility of a page as axe-core measures it (WCAG 2.2 A and AA, and best practices)."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")


def assert_accessible(page: Page) -> None:
    """Fail with each rule broken on the page as it stands, and the elements that break it."""
    page.evaluate(AXE)
    violations = page.evaluate("async () => (await axe.run()).violations")
    assert not violations, "\n".join(
        f"{violation['id']}: {violation['help']}\n  "
        + "\n  ".join(node["html"] for node in violation["nodes"])
        for violation in violations
    )
