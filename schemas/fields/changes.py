"""Fields of the table of causes alone: why a recipient gets more or less than in the agreement before."""

from typing import Final

from schemas.field import choice, money, year
from schemas.text import Text

FIELDS: Final = (
    year(
        "year_previous",
        Text("Föregående bidragsår", "Previous grant year"),
        Text(
            "Programmets närmast föregående år med en överenskommelse.",
            "The programme’s latest year before with an agreement.",
        ),
    ),
    money(
        "amount_before_sek",
        Text("Belopp föregående överenskommelse", "Amount in the previous agreement"),
        Text(
            "Beloppet ur samma pott i programmets föregående överenskommelse; 0 när potten är ny.",
            "The amount from the same pot in the programme’s previous agreement; 0 where the pot is new.",
        ),
    ),
    money(
        "rule_sek",
        Text("Därav regeln", "Due to the rule"),
        Text(
            "Annat grundbelopp, annan nyckel, eller en pott som är ny eller har upphört.",
            "Another base amount, another key, or a pot that is new or has ended.",
        ),
        minimum=None,
    ),
    money(
        "pot_size_sek",
        Text("Därav pottens storlek", "Due to the size of the pot"),
        Text("En större eller mindre pott.", "A larger or smaller pot."),
        minimum=None,
    ),
    money(
        "own_population_sek",
        Text("Därav egen folkmängd", "Due to own population"),
        Text(
            "Fler eller färre egna invånare, alla andra som förut.",
            "More or fewer own inhabitants, all others as before.",
        ),
        minimum=None,
    ),
    money(
        "national_population_sek",
        Text("Därav rikets folkmängd", "Due to national population"),
        Text("Fler eller färre av alla andra i nämnaren.", "More or fewer of all others in the denominator."),
        minimum=None,
    ),
    money(
        "rounding_sek",
        Text("Därav avrundning", "Due to rounding"),
        Text(
            "Vad avrundningssätten lade till eller drog från utöver närmaste krona.",
            "What the rounding conventions added or took beyond the nearest krona.",
        ),
        minimum=None,
    ),
    choice(
        "continuity",
        Text("Pottens kontinuitet", "Continuity of the pot"),
        Text(
            "continued: potten finns båda åren. new: bara detta år. ended: bara föregående år.",
            "continued: the pot is there in both years. new: in this year only. ended: in the previous year only.",
        ),
        ("continued", "new", "ended"),
    ),
)
