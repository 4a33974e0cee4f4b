"""Fields of the forecast tables alone: what assumed rules would give, and how the methods have done before."""

from typing import Final

import polars as pl

from schemas.field import COMPUTED, Field, choice, code, count, date, flag, heads, money, share, words, year
from schemas.patterns import ID
from schemas.text import Text
from schemas.vocabulary import (
    ASSUMED,
    COUNTRY,
    COUNTY,
    DECIDED,
    FORECAST_STATUS,
    FORECAST_TEST,
    HINDCAST_TEST,
    MUNICIPALITY,
    NOWCAST_TEST,
    PRELIMINARY,
)

FIELDS: Final = (
    # --- what is forecast, and under which rules ----------------------------------------------------------------------
    year(
        "target_year",
        Text("Målår", "Target year"),
        Text("Det bidragsår som prognosen gäller.", "The grant year that the forecast is for."),
        COMPUTED,
    ),
    code(
        "forecast_candidate",
        Text("Kandidat", "Candidate"),
        Text(
            "De antagna regler som raden räknas efter; se data/forecast/candidates.yaml.",
            "The assumed rules that the row is computed by; see data/forecast/candidates.yaml.",
        ),
        ID,
    ),
    flag(
        "is_main_candidate",
        Text("Huvudkandidat", "Main candidate"),
        Text(
            "Sant för den kandidat som prognosen i första hand är; de andra säger vad som skulle ändras.",
            "True for the candidate that is the forecast proper; the others say what would change.",
        ),
    ),
    # --- the forecast and its interval --------------------------------------------------------------------------------
    money(
        "forecast_sek",
        Text("Prognos", "Forecast"),
        Text("Hela kronor under de antagna reglerna.", "Whole kronor under the assumed rules."),
    ),
    money(
        "amount_low_sek",
        Text("Prognos, lägst", "Forecast, low"),
        Text(
            "Beloppet om den egna folkmängden ligger vid intervallets nedre gräns och övriga vid sin prognos.",
            "The amount with the own head count at the lower end of its interval and all others at their forecast.",
        ),
    ),
    money(
        "amount_high_sek",
        Text("Prognos, högst", "Forecast, high"),
        Text(
            "Beloppet om den egna folkmängden ligger vid intervallets övre gräns och övriga vid sin prognos.",
            "The amount with the own head count at the upper end of its interval and all others at their forecast.",
        ),
    ),
    heads(
        "forecast_population",
        Text("Beräknad folkmängd", "Forecast population"),
        Text("Folkmängd på referensdatumet enligt prognosen.", "Head count of the reference date as forecast."),
        COMPUTED,
    ),
    heads(
        "population_low",
        Text("Folkmängd, lägst", "Population, low"),
        Text("Nedre gräns för 80-procentsintervallet.", "Lower end of the 80 per cent interval."),
        COMPUTED,
    ),
    heads(
        "population_high",
        Text("Folkmängd, högst", "Population, high"),
        Text("Övre gräns för 80-procentsintervallet.", "Upper end of the 80 per cent interval."),
        COMPUTED,
    ),
    code(
        "forecast_method",
        Text("Metod", "Method"),
        Text(
            "Hur folkmängden beräknats; metoderna beskrivs i data/forecast/README.md.",
            "How the head count was made; the methods are described in data/forecast/README.md.",
        ),
        ID,
    ),
    # --- against the latest year whose rules are known ----------------------------------------------------------------
    year(
        "previous_year",
        Text("Jämförelseår", "Year compared with"),
        Text("Det senaste året vars regler är kända.", "The latest year whose rules are known."),
        COMPUTED,
    ),
    money(
        "amount_of_previous_rule_sek",
        Text("Belopp jämförelseåret", "Amount of the year compared with"),
        Text(
            "Samma potts belopp till mottagaren det senaste året med kända regler.",
            "What the same pot gave the recipient in the latest year with known rules.",
        ),
    ),
    choice(
        "previous_status",
        Text("Jämförelsebeloppets status", "Status of the amount compared with"),
        Text("Som status i allocations.", "As status in allocations."),
        (DECIDED, PRELIMINARY),
    ),
    money(
        "forecast_change_sek",
        Text("Förändring", "Change"),
        Text("Prognos minus beloppet jämförelseåret.", "Forecast minus the amount of the year compared with."),
        minimum=None,
    ),
    # --- what it rests on ---------------------------------------------------------------------------------------------
    words(
        "assumptions",
        Text("Antaganden", "Assumptions"),
        Text(
            "Beteckningar i data/forecast/assumptions.yaml, åtskilda av blanksteg.",
            "Ids in data/forecast/assumptions.yaml, separated by spaces.",
        ),
    ),
    choice(
        "forecast_evidence",
        Text("Belägg", "Evidence"),
        Text("assumed: ett angivet antagande.", "assumed: a stated assumption."),
        (ASSUMED,),
    ),
    choice(
        "forecast_status",
        Text("Status", "Status"),
        Text("forecast: aldrig ett beslutat belopp.", "forecast: never a decided amount."),
        (FORECAST_STATUS,),
    ),
    # --- how well the methods have done before ------------------------------------------------------------------------
    choice(
        "test_kind",
        Text("Slag av prövning", "Kind of test"),
        Text(
            "forecast: bara det som var känt den 1 november det året. nowcast: även senare räkningar."
            " hindcast: bakåt från en senare räkning.",
            "forecast: only what was known on 1 November of that year. nowcast: later counts too."
            " hindcast: backwards from a later count.",
        ),
        (FORECAST_TEST, NOWCAST_TEST, HINDCAST_TEST),
    ),
    choice(
        "tested_region_type",
        Text("Slag av område", "Kind of territory"),
        Text("Kommun, län eller riket.", "Municipality, county or the nation."),
        (MUNICIPALITY, COUNTY, COUNTRY),
    ),
    date(
        "origin_date",
        Text("Utgångsdatum", "Origin"),
        Text("Den räkning som metoden utgår från.", "The count that the method starts from."),
        COMPUTED,
    ),
    flag(
        "is_used",
        Text("Används", "Used"),
        Text("Sant för de metoder som prognosen använder.", "True for the methods that the forecast uses."),
    ),
    count("territories", Text("Områden", "Territories"), Text("Områden som prövas.", "Territories that are tested.")),
    Field(
        "mean_abs_error",
        pl.Float64(),
        Text("Medelfel, personer", "Mean error, persons"),
        Text("Felens medelvärde utan tecken.", "The mean of the errors without their sign."),
        COMPUTED,
        "persons",
        minimum=0.0,
        maximum=2e7,
    ),
    share(
        "mean_abs_error_share",
        Text("Medelfel, andel", "Mean error, share"),
        Text(
            "Medelvärdet av områdenas fel delat med deras folkmängd, utan tecken.",
            "The mean over the territories of error divided by population, without sign.",
        ),
        maximum=1e3,
    ),
    money(
        "abs_error_sek",
        Text("Fel i kronor", "Error in kronor"),
        Text(
            "Summan av områdenas fel utan tecken, om den rörliga delen av 2025 års potter fördelades efter prognosen;"
            " tomt där ingen pott går efter detta underlag eller alla områden inte är kända.",
            "The sum of the territories’ errors without sign, had the variable part of the pots of 2025 been split by"
            " the forecast; empty where no pot goes by this base or not all territories are known.",
        ),
    ),
    share(
        "better_than_carry",
        Text("Bättre än förra räkningen", "Better than the last count"),
        Text(
            "Andel av medelfelet som försvinner mot att behålla den senaste räkningen; negativ är sämre.",
            "Share of the mean error that goes away compared with keeping the last count; negative is worse.",
        ),
        minimum=-1e6,
    ),
    share(
        "better_than_nation",
        Text("Bättre än rikets tillväxt", "Better than the nation’s growth"),
        Text(
            "Andel av medelfelet som försvinner mot att alla växer som riket; negativ är sämre, tom för riket.",
            "Share of the mean error that goes away compared with all growing as the nation; negative is worse, empty"
            " for the nation.",
        ),
        minimum=-1e6,
    ),
    share(
        "interval_coverage",
        Text("Intervallets täckning", "Coverage of the interval"),
        Text(
            "Andel områden vars räkning låg i det 80-procentsintervall som de andra årens fel ger.",
            "Share of territories whose count lay in the 80 per cent interval made of the other years’ errors.",
        ),
    ),
)
