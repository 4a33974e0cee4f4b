"""How the codes and texts of columns and input files are written: patterns for the whole of a text."""

from typing import Final

MUNICIPALITY_CODE: Final = "^[0-9]{4}$"
TERRITORY_CODE: Final = "^([0-9]{2}|[0-9]{4})$"
COUNTY_CODE: Final = "^[0-9]{2}$"
RECIPIENT_CODE: Final = "^([0-9]{2}|[0-9]{4}|SKR)$"
AGES: Final = "^(all|[0-9]{1,3}-[0-9]{1,3})$"
ID: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
SHA256: Final = "^[0-9a-f]{64}$"
URL: Final = r"^https?://\S+$"
NOT_BLANK: Final = r"^\S(.*\S)?$"
