"""Fields of the scenario tables alone: a reform and its variants, what it gives, and how sensitive amounts are."""

from typing import Final

import polars as pl

from schemas.field import COMPUTED, REFORM_FILE, Field, choice, code, count, flag, heads, money, ratio, share, words
from schemas.patterns import ID, SHA256
from schemas.text import Text
from schemas.vocabulary import ASSUMED, INFERRED, PRELIMINARY, SCENARIO_STATUS, VERIFIED

FIELDS: Final = (
    # --- the reform and its variants ----------------------------------------------------------------------------------
    code(
        "scenario_id",
        Text("Scenario", "Scenario"),
        Text("Reformfilens namn utan ändelse.", "The name of the reform’s file without its ending."),
        ID,
        REFORM_FILE,
    ),
    code(
        "reform_sha256",
        Text("Reformens kontrollsumma", "Reform checksum"),
        Text(
            "SHA-256 för den normaliserade reformen; ändras av ett värde, inte av en kommentar.",
            "SHA-256 of the normalised reform; changed by a value, not by a comment.",
        ),
        SHA256,
    ),
    Field(
        "variant",
        pl.Int32(),
        Text("Variant", "Variant"),
        Text("Variantens nummer i rutnätet, från 1.", "The number of the variant in the grid, from 1."),
        COMPUTED,
        minimum=1,
        maximum=100_000_000,
    ),
    money(
        "pot_sek",
        Text("Pottens storlek", "Size of the pot"),
        Text("Pottens storlek i varianten.", "The size of the pot in the variant."),
    ),
    words(
        "base_sek_by_class",
        Text("Grundbelopp per klass", "Base amounts by class"),
        Text(
            "Grundbeloppet för varje klass av mottagare, som JSON.",
            "The base amount of each class of recipients, as JSON.",
        ),
    ),
    money(
        "max_sek_per_head",
        Text("Tak per invånare", "Cap per head"),
        Text("Högst så många kronor per person; tomt utan tak.", "At most so many kronor per person; empty for none."),
    ),
    Field(
        "max_gain_permille",
        pl.Int64(),
        Text("Tak för ökning", "Cap on gains"),
        Text(
            "Ingen får mer än så många promille över beloppet enligt gällande regel; tomt utan tak.",
            "Nobody gets more than so many thousandths above the decided amount; empty for no cap.",
        ),
        COMPUTED,
        "permille",
        minimum=0,
        maximum=10_000,
    ),
    Field(
        "max_loss_permille",
        pl.Int64(),
        Text("Garanti mot minskning", "Guarantee against losses"),
        Text(
            "Ingen förlorar mer än så många promille av beloppet enligt gällande regel; tomt utan garanti.",
            "Nobody loses more than so many thousandths of the decided amount; empty for no guarantee.",
        ),
        COMPUTED,
        "permille",
        minimum=0,
        maximum=1_000,
    ),
    # --- what the reform gives ----------------------------------------------------------------------------------------
    money(
        "amount_decided_sek",
        Text("Belopp enligt gällande regel", "Amount under the decided rule"),
        Text(
            "Vad årets regel ger; för en sammanslagen kommun summan för dem som gått ihop.",
            "What the year’s rule gives; for merged municipalities the sum of those that merged.",
        ),
    ),
    money(
        "amount_scenario_sek",
        Text("Belopp med reformen", "Amount under the reform"),
        Text("Vad den antagna regeln skulle ge; aldrig ett beslut.", "What the assumed rule would give; no decision."),
    ),
    money(
        "scenario_change_sek",
        Text("Förändring med reformen", "Change under the reform"),
        Text("Belopp med reformen minus belopp enligt gällande regel.", "Amount under the reform minus the decided."),
        minimum=None,
    ),
    share(
        "change_share",
        Text("Förändring, andel", "Change, share"),
        Text(
            "Förändringen delad med beloppet enligt gällande regel (visningsvärde); tomt när det är 0 kr.",
            "The change divided by the decided amount (display value); empty where that is 0 kr.",
        ),
        minimum=-1.0,
        maximum=1e11,
    ),
    heads(
        "inhabitants",
        Text("Invånare", "Inhabitants"),
        Text(
            "Alla åldrar på överenskommelsens datum; tomt när folkmängden inte finns till hands.",
            "All ages on the agreement’s date; empty where the count is not on hand.",
        ),
    ),
    choice(
        "size_class",
        Text("Storleksklass", "Size class"),
        Text(
            "Kommunens invånarantal i Kronvis egna klasser, undre gräns med; tomt för regioner och län.",
            "The municipality’s inhabitants in classes of Kronvis’ own, from the lower bound; empty for others.",
        ),
        ("0-4999", "5000-9999", "10000-19999", "20000-49999", "50000-99999", "100000-"),
    ),
    choice(
        "scenario_evidence",
        Text("Belägg", "Evidence"),
        Text(
            "assumed: potten är ändrad av reformen. Annars det svagaste av beläggen för belopp och regel.",
            "assumed: the reform changes the pot. Otherwise the weaker of the evidence for amount and rule.",
        ),
        (ASSUMED, VERIFIED, INFERRED),
    ),
    choice(
        "scenario_status",
        Text("Status", "Status"),
        Text(
            "scenario: ett tankeexperiment på officiellt eller löst underlag. preliminary: på skattat eller ersatt.",
            "scenario: a what-if on official or solved counts. preliminary: on estimated or stand-in counts.",
        ),
        (SCENARIO_STATUS, PRELIMINARY),
    ),
    # --- how sensitive an amount is -----------------------------------------------------------------------------------
    ratio(
        "sek_per_head",
        Text("Kronor per person", "SEK per person"),
        Text(
            "Pottens rörliga del delad med alla personer i underlaget (visningsvärde); tomt för fasta belopp.",
            "The pot’s variable part divided by all persons of the base (display value); empty for fixed amounts.",
        ),
    ),
    ratio(
        "sek_per_added_head",
        Text("Kronor för en person till", "SEK for one more person"),
        Text(
            "Vad en person till skulle ge mottagaren när nämnaren växer med henne (visningsvärde).",
            "What one more person would give the recipient, the denominator growing with her (display value).",
        ),
    ),
    money(
        "amount_nearest_sek",
        Text("Belopp, närmaste krona", "Amount, nearest krona"),
        Text("Beloppet om potten avrundades till närmaste krona.", "The amount if the pot were rounded to the krona."),
    ),
    money(
        "amount_largest_remainder_sek",
        Text("Belopp, största rest", "Amount, largest remainder"),
        Text("Beloppet om potten avrundades med största rest.", "The amount under largest remainders (Hamilton)."),
    ),
    money(
        "amount_largest_recipient_sek",
        Text("Belopp, resten på den största", "Amount, residual on the largest"),
        Text("Beloppet om den största fick resten.", "The amount if the largest recipient took the residual."),
    ),
    money(
        "amount_lowest_sek",
        Text("Lägsta belopp", "Lowest amount"),
        Text("Lägst över de årgångar av folkmängden som finns.", "Lowest over the vintages of the count on hand."),
    ),
    money(
        "amount_highest_sek",
        Text("Högsta belopp", "Highest amount"),
        Text("Högst över de årgångar av folkmängden som finns.", "Highest over the vintages of the count on hand."),
    ),
    words(
        "vintage_lowest",
        Text("Årgång med lägsta belopp", "Vintage of the lowest amount"),
        Text(
            "Serie och dag; den räkning som används anges med regelns underlag och dag. Tomt för fasta belopp.",
            "Series and day; the count in use is named by the rule’s base and day. Empty for fixed amounts.",
        ),
    ),
    words(
        "vintage_highest",
        Text("Årgång med högsta belopp", "Vintage of the highest amount"),
        Text(
            "Serie och dag; den räkning som används anges med regelns underlag och dag. Tomt för fasta belopp.",
            "Series and day; the count in use is named by the rule’s base and day. Empty for fixed amounts.",
        ),
    ),
    count(
        "vintages_count",
        Text("Antal årgångar", "Number of vintages"),
        Text(
            "Olika räkningar av samma åldrar inom ett och ett halvt år från mätdagen, den använda med.",
            "Different counts of the same ages within a year and a half of the date, the used one included.",
        ),
    ),
    flag(
        "is_sensitive",
        Text("Känslig", "Sensitive"),
        Text(
            "Sant när en annan årgång flyttar beloppet med mer än 1 procent.",
            "True where another vintage moves the amount by more than 1 per cent.",
        ),
    ),
)
