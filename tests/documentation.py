"""The documentation site as `make docs` builds it, in a folder of the test's own."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.domain import ROOT


def copy_of_sources(folder: Path) -> Path:
    """A folder with all that the site is made from: pages, configuration, and the texts that pages take in."""
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    for page in (ROOT / "docs").rglob("*.md"):
        for taken in re.findall(r'^--8<-- "(.+)"$', page.read_text(encoding="utf-8"), flags=re.MULTILINE):
            (folder / taken).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / taken, folder / taken)
    return folder


def build_site(sources: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` does; the site is then in `build/site`."""
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    return subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False, timeout=120)
