"""What one table of published amounts shows, for whoever has only the amounts: verdict, head counts and sentences.

The search is `solve.py`, the wording `sentences.py`; counts on hand are compared in `vintages.py`.
"""

from dataclasses import dataclass

import polars as pl

from assets.verification.inference.sentences import sentences_of
from assets.verification.inference.solve import Solutions, Verdict, solve
from assets.verification.inference.table import published_table
from assets.verification.inference.windows import Totals
from schemas.text import Text


@dataclass(frozen=True, eq=False)
class Inference:
    """`total` and `head_counts` (`recipient_code, population`) are those of the only solution, else None and empty."""

    solutions: Solutions
    verdict: Verdict
    total: int | None
    head_counts: pl.DataFrame
    sentences: tuple[Text, ...]


def infer_table(
    amounts: pl.DataFrame,
    pot_sek: int,
    recipients: int,
    totals: Totals,
    base_sek: int = 0,
    bases_sek: int | None = None,
) -> Inference:
    """Solve a table under every convention and say what was found.

    `amounts` is `recipient_code, amount_sek`; the other parameters, and what is refused, as in `published_table`.
    `counts_on_hand.py` knows where to search.
    """
    solutions = solve(published_table(amounts, pot_sek, recipients, base_sek, bases_sek), totals)
    only = next((fit for fit in solutions.decided if fit.solutions), None)
    sentences = tuple(sentences_of(solutions))
    if only is None or solutions.verdict != "unique":
        nobody = pl.DataFrame(schema={"recipient_code": pl.String, "population": pl.Int64})
        return Inference(solutions, solutions.verdict, None, nobody, sentences)
    people = only.head_counts.select("recipient_code", "population")
    return Inference(solutions, "unique", only.totals[0], people, sentences)
