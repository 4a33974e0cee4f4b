"""Fields that tables of more than one family have: keys, recipients, pots, kronor, evidence, sources and findings."""

from typing import Final

import polars as pl

from schemas.field import (
    AGREEMENT,
    COMPUTED,
    PUBLISHED,
    REGISTER,
    Field,
    choice,
    code,
    date,
    evidence,
    heads,
    money,
    place,
    ratio,
    share,
    words,
    year,
)
from schemas.patterns import AGES, COUNTY_CODE, ID, RECIPIENT_CODE, SHA256, URL
from schemas.text import Text
from schemas.vocabulary import (
    BASES,
    DECIDED,
    LOCAL_SHARE,
    MUNICIPALITIES_IN_COUNTY,
    NOT_COMPUTED,
    PRELIMINARY,
    RECIPIENT_TYPES,
    ROUNDINGS,
    UNKNOWN,
)

FIELDS: Final = (
    # --- keys ---------------------------------------------------------------------------------------------------------
    code(
        "programme",
        Text("Program", "Programme"),
        Text(
            "Den satsning som överenskommelsen hör till, t.ex. psykisk-halsa.",
            "The programme that the agreement belongs to, such as psykisk-halsa.",
        ),
        ID,
        AGREEMENT,
    ),
    year("year", Text("Bidragsår", "Grant year"), Text("Det år pengarna gäller.", "The year that the money is for.")),
    code(
        "pot_id",
        Text("Pott", "Pot"),
        Text(
            "Den minsta delen av överenskommelsen med en egen regel. sum-… betyder alla potter på nivån.",
            "The smallest part of the agreement with a rule of its own. sum-… means all pots of that level.",
        ),
        ID,
        AGREEMENT,
    ),
    choice(
        "recipient_type",
        Text("Slag av mottagare", "Kind of recipient"),
        Text(
            "Kommun, region, län (kommuner och region gemensamt) eller nationell nivå (SKR).",
            "Municipality, region, county (municipalities and region jointly) or national (SKR).",
        ),
        RECIPIENT_TYPES,
        AGREEMENT,
    ),
    choice(
        "pot_recipient_type",
        Text("Slag av mottagare", "Kind of recipient"),
        Text(
            "Som recipient_type; unknown när källorna inte säger vem pengarna går till.",
            "As recipient_type; unknown where the sources do not say who gets the money.",
        ),
        (*RECIPIENT_TYPES, UNKNOWN),
        AGREEMENT,
    ),
    choice(
        "figure_type",
        Text("Slag av mottagare", "Kind of recipient"),
        Text(
            "Som recipient_type, och dessutom länets kommuner tillsammans eller ett läns egen delfördelning.",
            "As recipient_type, and besides all municipalities of a county together or a county’s own onward split.",
        ),
        (*RECIPIENT_TYPES, MUNICIPALITIES_IN_COUNTY, LOCAL_SHARE),
        PUBLISHED,
    ),
    code(
        "recipient_code",
        Text("Mottagarens kod", "Recipient code"),
        Text(
            "SCB:s kod som text: kommun fyra siffror, region och län två; SKR för riksorganisationen.",
            "SCB’s code as text: municipality four digits, region and county two; SKR for the association.",
        ),
        RECIPIENT_CODE,
        REGISTER,
    ),
    code(
        "county_code",
        Text("Länskod", "County code"),
        Text("Länets kod, två siffror som text.", "The county’s code, two digits as text."),
        COUNTY_CODE,
        REGISTER,
    ),
    code(
        "source_id",
        Text("Källa", "Source"),
        Text("Källans beteckning i tabellen sources.", "The source’s id in the table sources."),
        ID,
        AGREEMENT,
    ),
    words("finding_id", Text("Iakttagelse", "Finding"), Text("Iakttagelsens beteckning.", "The finding’s id.")),
    # --- the recipient and its head count -----------------------------------------------------------------------------
    words(
        "recipient_name",
        Text("Mottagare", "Recipient"),
        Text(
            "Namnet den 1 januari bidragsåret, på svenska.",
            "The name on 1 January of the grant year, in Swedish.",
        ),
        REGISTER,
    ),
    date(
        "reference_date",
        Text("Referensdatum", "Reference date"),
        Text("Det datum som regeln frågar efter.", "The date that the rule asks for."),
        AGREEMENT,
    ),
    choice(
        "table_id",
        Text("Underlag", "Base table"),
        Text(
            "Den folkmängd som regeln frågar efter: 1 november, 31 december eller månadsslut.",
            "The count that the rule asks for: 1 November, 31 December or end of month.",
        ),
        ("folkmangd_1_november", "folkmangd_31_december", "folkmangd_month_end"),
        AGREEMENT,
    ),
    code(
        "ages",
        Text("Åldrar", "Ages"),
        Text(
            "Åldersgrupp, t.ex. 0-18 (båda med), eller all. Ålder vid årets slut.",
            "Age band, such as 0-18 (inclusive), or all. Age reached at the end of the year.",
        ),
        AGES,
        AGREEMENT,
    ),
    heads(
        "population",
        Text("Folkmängd", "Population"),
        Text("Antal personer i radens underlag.", "Number of persons of the base named in the row."),
    ),
    heads(
        "population_total",
        Text("Nämnare", "Denominator"),
        Text(
            "Summan av folkmängden över pottens alla mottagare.",
            "The sum of the population over all recipients of the pot.",
        ),
        COMPUTED,
    ),
    choice(
        "population_basis",
        Text("Säkerhet i underlaget", "Basis of the population"),
        Text(
            "Se basis i tabellen population; tomt för fasta belopp.",
            "See basis in the table population; empty for fixed amounts.",
        ),
        BASES,
    ),
    # --- the pot and its rule -----------------------------------------------------------------------------------------
    words(
        "name_sv",
        Text("Namn på svenska", "Swedish name"),
        Text("Pottens namn som källan skriver det.", "The pot’s name as the source writes it."),
        AGREEMENT,
    ),
    words(
        "name_en",
        Text("Namn på engelska", "English name"),
        Text("Pottens namn översatt.", "The pot’s name translated."),
        AGREEMENT,
    ),
    code(
        "focus_area",
        Text("Insatsområde", "Focus area"),
        Text("Område som pengarna ska användas till.", "Area that the money is to be used for."),
        ID,
        AGREEMENT,
    ),
    choice(
        "rounding",
        Text("Avrundning", "Rounding"),
        Text(
            "nearest: närmaste krona. largest_remainder: största rest. largest_recipient: resten på den största.",
            "nearest: nearest krona. largest_remainder: Hamilton. largest_recipient: the residual on the largest.",
        ),
        ROUNDINGS,
        AGREEMENT,
    ),
    code(
        "rule_sha256",
        Text("Regelns kontrollsumma", "Rule checksum"),
        Text(
            "SHA-256 för pottens normaliserade regel; ändras av ett värde, inte av en kommentar.",
            "SHA-256 of the pot’s normalised rule; changed by a value, not by a comment.",
        ),
        SHA256,
    ),
    # --- kronor -------------------------------------------------------------------------------------------------------
    money(
        "agreement_total_sek",
        Text("Överenskommelsens belopp", "Total of the agreement"),
        Text("Alla potter, även de utan känd regel.", "All pots, those without a known rule included."),
        AGREEMENT,
    ),
    money(
        "amount_sek",
        Text("Belopp", "Amount"),
        Text(
            "Hela kronor. I pots: pottens storlek; annars vad mottagaren får.",
            "Whole kronor. In pots: the size of the pot; elsewhere what the recipient gets.",
        ),
    ),
    money("base_sek", Text("Grundbelopp", "Base amount"), Text("Den fasta delen.", "The fixed part."), AGREEMENT),
    share(
        "base_share",
        Text("Grundbeloppets andel", "Share of the base"),
        Text("Fast del av beloppet (visningsvärde).", "The fixed part of the amount (display value)."),
    ),
    money(
        "change_sek",
        Text("Förändring", "Change"),
        Text("Belopp minus föregående års belopp.", "Amount minus the previous year’s amount."),
        minimum=None,
    ),
    ratio(
        "sek_per_inhabitant",
        Text("Kronor per invånare", "SEK per inhabitant"),
        Text("Belopp delat med folkmängd (visningsvärde).", "Amount divided by population (display value)."),
    ),
    money(
        "published_sek",
        Text("Publicerat belopp", "Published amount"),
        Text("Beloppet som källan skriver det.", "The amount as the source prints it."),
        PUBLISHED,
    ),
    money(
        "rounded_to_sek",
        Text("Avrundat till", "Rounded to"),
        Text(
            "Steget som ett avrundat belopp är skrivet i; tomt för exakta.",
            "The step that a rounded amount is written in; empty for exact ones.",
        ),
        PUBLISHED,
        minimum=2,
    ),
    choice(
        "precision",
        Text("Noggrannhet", "Precision"),
        Text("exact: på kronan. rounded: avrundat i källan.", "exact: to the krona. rounded: rounded by the source."),
        ("exact", "rounded"),
        PUBLISHED,
    ),
    # --- how it is known ----------------------------------------------------------------------------------------------
    choice(
        "status",
        Text("Status", "Status"),
        Text(
            "decided: vilar på officiellt eller löst underlag. preliminary: på skattat eller ersatt."
            " not_computed: regeln är okänd.",
            "decided: rests on official or solved counts. preliminary: on estimated or stand-in counts."
            " not_computed: the rule is unknown.",
        ),
        (DECIDED, PRELIMINARY, NOT_COMPUTED),
    ),
    evidence(
        "evidence",
        Text("Belägg", "Evidence"),
        Text("Det svagaste av beläggen för belopp och regel.", "The weaker of the evidence for amount and rule."),
    ),
    evidence(
        "evidence_amount",
        Text("Belägg för beloppet", "Evidence of the amount"),
        Text(
            "verified: står i en källa. inferred: följer av publicerade tal.",
            "verified: stated by a source. inferred: follows from published figures.",
        ),
    ),
    evidence(
        "evidence_rule",
        Text("Belägg för regeln", "Evidence of the rule"),
        Text("verified, inferred eller unknown.", "verified, inferred or unknown."),
    ),
    words(
        "sources",
        Text("Källor", "Sources"),
        Text("Källornas beteckningar, åtskilda av blanksteg.", "The sources’ ids, separated by spaces."),
        AGREEMENT,
    ),
    words(
        "note", Text("Anmärkning (på engelska)", "Note"), Text("Anmärkning på engelska.", "Note in English."), AGREEMENT
    ),
    words(
        "note_sv",
        Text("Anmärkning på svenska", "Note in Swedish"),
        Text("Vad som är osäkert eller särskilt med potten.", "What is uncertain or special about the pot."),
        AGREEMENT,
    ),
    words(
        "note_en",
        Text("Anmärkning på engelska", "Note in English"),
        Text("Samma anmärkning på engelska.", "The same note in English."),
        AGREEMENT,
    ),
    # --- sources, documents and fetched files -------------------------------------------------------------------------
    words("title", Text("Titel", "Title"), Text("Källans titel.", "The source’s title."), AGREEMENT),
    words(
        "publisher",
        Text("Utgivare", "Publisher"),
        Text("Den som gett ut källan.", "Who published the source."),
        AGREEMENT,
    ),
    code(
        "url",
        Text("Adress", "Address"),
        Text("Källans adress på webben.", "The source’s address on the web."),
        URL,
        AGREEMENT,
    ),
    date(
        "published_on",
        Text("Utgiven", "Published on"),
        Text("Den dag källan gavs ut, när den är känd.", "The day the source was published, where known."),
        AGREEMENT,
    ),
    place("page", Text("Sida", "Page"), Text("Sida eller blad, från 1.", "Page or sheet, from 1.")),
    place("row", Text("Rad", "Row"), Text("Rad på sidan, från 1.", "Row on the page, from 1.")),
    place("column", Text("Kolumn", "Column"), Text("Kolumn på sidan, från 1.", "Column on the page, from 1.")),
    Field(
        "bytes",
        pl.Int64(),
        Text("Byte", "Bytes"),
        Text("Storleken på det som hämtades.", "The size of what was fetched."),
        COMPUTED,
        "bytes",
        minimum=1,
        maximum=1_000_000_000,
    ),
    code(
        "sha256",
        Text("Kontrollsumma", "Checksum"),
        Text("SHA-256 för filen som siffran lästes ur.", "SHA-256 of the file that the figure was read from."),
        SHA256,
    ),
    code(
        "vintage",
        Text("Årgång", "Vintage"),
        Text(
            "Kontrollsumman för det svar från SCB som åren vilar på.",
            "The checksum of the answer from SCB that the years rest on.",
        ),
        SHA256,
    ),
    # --- findings -----------------------------------------------------------------------------------------------------
    choice(
        "severity",
        Text("Allvar", "Severity"),
        Text("info, warning eller error.", "info, warning or error."),
        ("info", "warning", "error"),
    ),
    words(
        "subject",
        Text("Gäller", "Subject"),
        Text("Vilken pott, mottagare eller källa.", "Which pot, recipient or source."),
    ),
    words(
        "message_sv",
        Text("Meddelande på svenska", "Message in Swedish"),
        Text("Iakttagelsen i en mening.", "The finding in a sentence."),
    ),
    words(
        "message_en",
        Text("Meddelande på engelska", "Message in English"),
        Text("Samma mening på engelska.", "The same sentence in English."),
    ),
    words(
        "finding_evidence",
        Text("Bevis", "Evidence"),
        Text("Talen bakom iakttagelsen, som JSON.", "The numbers behind the finding, as JSON."),
    ),
)
