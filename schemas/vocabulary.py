"""The words that stand for something in columns and input files: kinds of recipients, evidence, status and the like.

What a word means is told by the field that permits it (`schemas/fields/`); words of one field alone stand there.
"""

from typing import Final

# --- who gets the money, and where ------------------------------------------------------------------------------------
MUNICIPALITY: Final = "municipality"
REGION: Final = "region"
COUNTY: Final = "county"
NATIONAL: Final = "national"
RECIPIENT_TYPES: Final = (MUNICIPALITY, REGION, COUNTY, NATIONAL)
# Figures are also published for all municipalities of a county together, and for a county's own onward split.
MUNICIPALITIES_IN_COUNTY: Final = "municipalities_in_county"
LOCAL_SHARE: Final = "local_share"
# A territory of head counts, never a recipient.
COUNTRY: Final = "country"

# Of a rule, a recipient, a date or the evidence for them: the sources do not say.
UNKNOWN: Final = "unknown"

# --- how it is known --------------------------------------------------------------------------------------------------
VERIFIED: Final = "verified"
INFERRED: Final = "inferred"
# Only in scenarios and forecasts, never among decided amounts.
ASSUMED: Final = "assumed"
EVIDENCE: Final = (VERIFIED, INFERRED, UNKNOWN)

# --- how it is rounded ------------------------------------------------------------------------------------------------
NEAREST: Final = "nearest"
LARGEST_REMAINDER: Final = "largest_remainder"
LARGEST_RECIPIENT: Final = "largest_recipient"
ROUNDINGS: Final = (NEAREST, LARGEST_REMAINDER, LARGEST_RECIPIENT)

# --- how sure the head counts are -------------------------------------------------------------------------------------
OFFICIAL: Final = "official"
DERIVED: Final = "derived"
ESTIMATED: Final = "estimated"
PROXY: Final = "proxy"
BASES: Final = (OFFICIAL, DERIVED, ESTIMATED, PROXY)

# --- how firm an amount is --------------------------------------------------------------------------------------------
DECIDED: Final = "decided"
PRELIMINARY: Final = "preliminary"
NOT_COMPUTED: Final = "not_computed"
SCENARIO_STATUS: Final = "scenario"
FORECAST_STATUS: Final = "forecast"

# --- what a back-test may look at -------------------------------------------------------------------------------------
# What was known on 1 November of the year; later counts too; later counts only.
FORECAST_TEST: Final = "forecast"
NOWCAST_TEST: Final = "nowcast"
HINDCAST_TEST: Final = "hindcast"

# --- what can be wrong with a printed table (assets/verification/sentinel) --------------------------------------------
ALARM_KINDS: Final = (
    "off_by_kronor",
    "digit_swap",
    "recipients_swapped",
    "other_vintage_row",
    "other_vintage_table",
    "stale_row",
    "wrong_year_table",
    "wrong_unit",
    "lost_leading_zero",
    "missing_recipient",
    "doubled_recipient",
    "total_by_rounding",
    "total_error",
    "base_forgotten",
    "base_doubled",
    "per_capita_outlier",
    "other_head_count",
)
