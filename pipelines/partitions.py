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


def backfill_policy(*, run_per_year: bool) -> dg.BackfillPolicy:
    """How the years of a backfill become runs: all in one, or one each. The same for every asset, so that it holds."""
    return dg.BackfillPolicy.multi_run(1) if run_per_year else dg.BackfillPolicy.single_run()
