"""Writes docs/reference/licences.md: the licences of what a run needs, by `python -m docs.licences`."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent / "reference" / "licences.md"
LOCK: Final = Path(__file__).parents[1] / "locks" / "run.txt"
# Licences that ask something of who passes changed copies on. None of these packages is changed here.
COPYLEFT: Final = re.compile(r"GPL|MPL|EPL|CDDL|Mozilla", flags=re.IGNORECASE)
_CLASSIFIER: Final = "License :: OSI Approved :: "
_HEAD: Final = """# Licences of what a run needs

Made by `python -m docs.licences` from what the locked packages say of themselves (`locks/run.txt`, on Linux).
Kronvis itself is MIT.

| package | licence | copyleft |
|---|---|---|
"""


def locked(lock: Path) -> dict[str, str]:
    """Package → version of a lock file."""
    return dict(
        re.findall(
            r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==([^ ;\\]+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
    )


def licence(package: str) -> str:
    """What the installed `package` says its licence is: as an expression, by classifier, or in its own words."""
    said = metadata(package)
    classified = [one.removeprefix(_CLASSIFIER) for one in said.get_all("Classifier") or [] if _CLASSIFIER in one]
    expression, own_words = (said.get_all(name) or [""] for name in ("License-Expression", "License"))
    return str(expression[0] or "; ".join(classified) or own_words[0].splitlines()[0])


def page() -> str:
    """The page; packages that are only locked for other systems are left out."""
    rows = []
    for package in sorted(locked(LOCK)):
        try:
            found = licence(package)
        except PackageNotFoundError:
            continue
        rows.append(f"| {package} | {found} | {'by file, used unchanged' if COPYLEFT.search(found) else ''} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
