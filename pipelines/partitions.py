"""The one partition definition: a grant year, the same for every asset.

The population date is not a partition but a parameter of the year's agreement.
"""

from typing import Final

import dagster as dg

FIRST_GRANT_YEAR: Final = 2016

# Money for a year is announced in the December before it, so next year is a partition too.
GRANT_YEARS: Final = dg.TimeWindowPartitionsDefinition(
    start=str(FIRST_GRANT_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=2
)
