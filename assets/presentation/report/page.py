"""A page of the report before it is rendered: where it lies, which template shows it, and what it says."""

from collections.abc import Callable
from typing import Any, NamedTuple

from schemas.text import Language

# What a page says in one language: plain data that JSON can hold. `title`, `description` and `crumbs` are on every
# page; `crumbs` are pairs of a label and the path of a page, the page's own place last and without a path.
View = dict[str, Any]


class Page(NamedTuple):
    """One page, the same path in both languages: `municipality/2080.html`."""

    path: str
    template: str
    view: Callable[[Language], View]
