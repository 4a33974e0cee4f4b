"""What was found in a county's report: one finding per thing that is wrong, with its place in the file."""

from dataclasses import dataclass, field
from typing import Any, Final

from assets.county.form import letter
from schemas.text import Text

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"

# A form with one of these does not say which pot of which county and year an amount is for, or what the amount is.
UNREADABLE: Final = (
    "formula",
    "not_whole_kronor",
    "negative",
    "not_a_date",
    "unknown_pot",
    "wrong_owner",
    "pot_twice",
)


@dataclass(frozen=True)
class Finding:
    """One finding; `row` and `column` count from 1 and are None for what is missing. `evidence` holds the numbers."""

    kind: str
    severity: str
    pot_id: str | None
    row: int | None
    column: int | None
    message: Text
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Text:
        """Where it stands in the file, empty if it is about what does not stand there."""
        if self.row is None or self.column is None:
            return Text("", "")
        return Text(f"rad {self.row}, kolumn {letter(self.column)}", f"row {self.row}, column {letter(self.column)}")
