"""Fields of the county tables alone: the onward split, the follow-up of use and the deadlines."""

from typing import Final

from schemas.field import (
    AGREEMENT,
    COUNTY_REPORT,
    DEADLINE_FILE,
    ONWARD_SPLIT,
    choice,
    code,
    date,
    evidence,
    money,
    words,
)
from schemas.patterns import ID
from schemas.text import Text
from schemas.vocabulary import MUNICIPALITY, REGION, UNKNOWN

FIELDS: Final = (
    # --- the onward split ---------------------------------------------------------------------------------------------
    code(
        "part_id",
        Text("Del", "Part"),
        Text("Delen av länets pott, som länet har delat den.", "The part of the county’s pot, as the county split it."),
        ID,
        ONWARD_SPLIT,
    ),
    choice(
        "part_recipient_type",
        Text("Slag av mottagare i länet", "Kind of recipient in the county"),
        Text(
            "municipality: en kommun. municipalities: länets kommuner tillsammans, inte fördelat. region: regionen."
            " joint: gemensam insats. unknown: okänt.",
            "municipality: one municipality. municipalities: those of the county together, not split. region: the"
            " region. joint: a joint effort. unknown: not known.",
        ),
        (MUNICIPALITY, "municipalities", REGION, "joint", UNKNOWN),
        ONWARD_SPLIT,
    ),
    choice(
        "split_key",
        Text("Nyckel", "Key"),
        Text(
            "population: efter folkmängd. equal: lika. listed: uppräknade belopp. project: hela delen till en namngiven"
            " post. unknown: okänd.",
            "population: by population. equal: the same to each. listed: listed amounts. project: all of it to a named"
            " post. unknown: not known.",
        ),
        ("population", "equal", "listed", "project", UNKNOWN),
        ONWARD_SPLIT,
    ),
    choice(
        "amount_rule",
        Text("Beloppets grund", "Ground of the amount"),
        Text(
            "stated: angivet. share: andel av länets pott. remainder: vad andra delar lämnar. unknown: okänt.",
            "stated: given. share: a share of the county’s pot. remainder: what other parts leave. unknown: not known.",
        ),
        ("stated", "share", "remainder", UNKNOWN),
        ONWARD_SPLIT,
    ),
    # --- the follow-up of use -----------------------------------------------------------------------------------------
    money(
        "county_allocated_sek",
        Text("Tilldelat", "Allocated"),
        Text(
            "Vad länet tilldelats ur potten; tomt när det inte är känt på kronan.",
            "What the county was allocated of the pot; empty where not known to the krona.",
        ),
    ),
    choice(
        "allocated_from",
        Text("Tilldelat enligt", "Allocated according to"),
        Text(
            "published: publicerat belopp. computed: beräknat på beslutat underlag. report: enligt redovisningen.",
            "published: a published figure. computed: computed on a decided basis. report: as the report itself says.",
        ),
        ("published", "computed", "report"),
    ),
    money(
        "requisitioned_sek",
        Text("Rekvirerat", "Requisitioned"),
        Text(
            "Vad länet har begärt utbetalt; tomt när det inte är angivet.", "What was claimed; empty where not stated."
        ),
        COUNTY_REPORT,
    ),
    money(
        "used_sek",
        Text("Förbrukat", "Used"),
        Text("Vad som har använts; tomt när det inte är angivet.", "What was spent; empty where not stated."),
        COUNTY_REPORT,
    ),
    money(
        "saved_sek",
        Text("Sparat", "Saved"),
        Text(
            "Vad som sparats till senare; tomt när det inte är angivet.",
            "What was kept for later; empty where not stated.",
        ),
        COUNTY_REPORT,
    ),
    money(
        "repaid_sek",
        Text("Återbetalat", "Repaid"),
        Text(
            "Vad som har betalats tillbaka; tomt när det inte är angivet.",
            "What was paid back; empty where not stated.",
        ),
        COUNTY_REPORT,
    ),
    money(
        "reported_sek",
        Text("Redovisat", "Reported"),
        Text(
            "Belopp som redovisats utan att kallas förbrukat, sparat eller återbetalat. Aldrig detsamma som förbrukat.",
            "An amount reported without being called used, saved or repaid. Never the same as used.",
        ),
        COUNTY_REPORT,
    ),
    money(
        "unexplained_sek",
        Text("Oförklarat", "Unexplained"),
        Text(
            "Tilldelat − förbrukat − sparat − återbetalat; tomt när något av dem inte är känt.",
            "Allocated − used − saved − repaid; empty where one of them is not known.",
        ),
        minimum=None,
    ),
    date(
        "reported_on",
        Text("Redovisat den", "Reported on"),
        Text("Den dag redovisningen lämnades, när den är känd.", "The day of the report, where known."),
        COUNTY_REPORT,
    ),
    choice(
        "follow_up_verdict",
        Text("Utfall", "Verdict"),
        Text(
            "accounted: allt tilldelat är förklarat. unexplained: något är det inte. exceeds: mer än tilldelat."
            " other_allocation: på kronan en annan tilldelning. incomplete: något är inte angivet. not_reported: inget"
            " är det.",
            "accounted: all that was allocated is explained. unexplained: some is not. exceeds: more than allocated."
            " other_allocation: to the krona another allocation. incomplete: something is not stated. not_reported:"
            " nothing is.",
        ),
        ("accounted", "unexplained", "exceeds", "other_allocation", "incomplete", "not_reported"),
    ),
    choice(
        "follow_up_kind",
        Text("Slag", "Kind"),
        Text("Vad iakttagelsen om redovisningen gäller.", "What the finding about the report is about."),
        (
            "formula",
            "not_whole_kronor",
            "negative",
            "not_a_date",
            "unknown_pot",
            "wrong_owner",
            "pot_twice",
            "missing_pot",
            "allocated_differs",
            "requisitioned_exceeds_allocated",
            "used_exceeds_allocated",
            "unexplained",
            "other_allocation",
            "sum_differs",
            "late_report",
            "not_stated",
        ),
    ),
    # --- deadlines ----------------------------------------------------------------------------------------------------
    choice(
        "deadline_kind",
        Text("Slag av datum", "Kind of deadline"),
        Text(
            "requisition: begära utbetalning. report: redovisa. repayment: betala tillbaka.",
            "requisition: to claim the money. report: to account for it. repayment: to pay back what is left.",
        ),
        ("requisition", "report", "repayment"),
        DEADLINE_FILE,
    ),
    date(
        "deadline_date",
        Text("Senast", "At the latest"),
        Text("Sista dagen; tomt när ingen källa säger den.", "The last day; empty where no source states it."),
        DEADLINE_FILE,
    ),
    evidence(
        "deadline_evidence",
        Text("Belägg för datumet", "Evidence of the date"),
        Text("verified, inferred, eller unknown utan datum.", "verified, inferred, or unknown without a date."),
    ),
    date(
        "still_valid_on",
        Text("Kontrollerat", "Checked"),
        Text("Den dag uppgiften senast sågs över.", "The day the entry was last looked over."),
        DEADLINE_FILE,
    ),
    words(
        "agreement_title_sv",
        Text("Överenskommelse", "Agreement"),
        Text("Överenskommelsens namn på svenska.", "The agreement’s name in Swedish."),
        AGREEMENT,
    ),
    words(
        "agreement_title_en",
        Text("Överenskommelse på engelska", "Agreement in English"),
        Text("Överenskommelsens namn översatt.", "The agreement’s name translated."),
        AGREEMENT,
    ),
)
