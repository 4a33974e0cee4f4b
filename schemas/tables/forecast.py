"""Tables of the forecast stage: what assumed rules would give next, and how well the methods have done before.

Forecasts stand apart from decided amounts: no row of these tables is ever one of `allocations`.
"""

from typing import Final

import polars as pl

from schemas.table import RowRule, Table, columns
from schemas.text import Text

FORECAST: Final = Table(
    name="forecast",
    title=Text("Prognos", "Forecast"),
    description=Text(
        "Vad mottagarna skulle få ett målår under antagna regler och ett beräknat underlag; varje kandidat för sig."
        " Aldrig beslutade belopp. year är det senaste överenskommelseåret, som prognosen utgår från.",
        "What recipients would get in a target year under assumed rules and a forecast population; each candidate by"
        " itself. Never decided amounts. year is the latest agreement year, which the forecast starts from.",
    ),
    key=("programme", "year", "target_year", "candidate", "pot_id", "recipient_type", "recipient_code"),
    columns=columns(
        "programme year target_year candidate=forecast_candidate is_main_candidate pot_id recipient_type"
        " recipient_code recipient_name county_code focus_area amount_sek=forecast_sek amount_low_sek amount_high_sek"
        " population=forecast_population? population_low? population_high? population_total? ages? reference_date?"
        " method=forecast_method? rounding? previous_year amount_previous_sek=amount_of_previous_rule_sek"
        " previous_status change_sek=forecast_change_sek assumptions evidence=forecast_evidence status=forecast_status"
    ),
    rules=(
        RowRule(
            "amount_lies_in_its_interval",
            Text("Beloppet ligger i sitt intervall.", "The amount lies in its interval."),
            pl.col("amount_sek").is_between(pl.col("amount_low_sek"), pl.col("amount_high_sek")),
        ),
        RowRule(
            "population_lies_in_its_interval",
            Text("Folkmängden ligger i sitt intervall.", "The population lies in its interval."),
            pl.col("population").is_null()
            | pl.col("population").is_between(pl.col("population_low"), pl.col("population_high")),
        ),
        RowRule(
            "change_is_forecast_minus_previous",
            Text("Förändring = prognos − föregående.", "Change = forecast − previous."),
            pl.col("change_sek") == pl.col("amount_sek") - pl.col("amount_previous_sek"),
        ),
        RowRule(
            "previous_year_is_earlier",
            Text("Föregående år ligger före målåret.", "The previous year is before the target year."),
            pl.col("previous_year") < pl.col("target_year"),
        ),
    ),
    # Only the latest agreement year holds forecasts.
    may_be_empty=True,
)

FORECAST_BACKTEST: Final = Table(
    name="forecast_backtest",
    title=Text("Prognosernas träffsäkerhet", "How well the forecasts do"),
    description=Text(
        "Varje metod och två naiva jämförelser prövade på tidigare räkningar: fel i personer, i procent och i kronor"
        " med 2025 års regler, och hur ofta 80-procentsintervallet täckte. year som i forecast.",
        "Each method and two naive baselines tried on earlier counts: errors in persons, in per cent and in kronor on"
        " the rules of 2025, and how often the 80 per cent interval covered. year as in forecast.",
    ),
    key=("year", "test_kind", "region_type", "ages", "reference_date", "method"),
    columns=columns(
        "year test_kind region_type=tested_region_type ages reference_date origin_date method=forecast_method is_used"
        " territories mean_abs_error mean_abs_error_share abs_error_sek? better_than_carry? better_than_nation?"
        " interval_coverage?"
    ),
    may_be_empty=True,
)
