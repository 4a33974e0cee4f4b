"""How a forecast looks on a terminal, in Swedish or English."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pipelines.terminal.console import RESULTS
from pipelines.terminal.numbers import percent_if_known, signed_kronor
from schemas.called import LEVELS, STATUS
from schemas.text import Language, Text
from schemas.written import money, number


def show(result: dict[str, Any], lang: Language = "en", console: Console = RESULTS) -> None:
    """Print what `forecast` returned."""
    title = result["candidate"]["title"][lang]
    heading = Text(
        f"Prognos {result['target_year']}, inte beslutat", f"Forecast for {result['target_year']}, not decided"
    )
    console.print(f"{heading.of(lang)}: {title}", style="bold", soft_wrap=True)
    if "recipients" in result:
        for one in result["recipients"]:
            _show_recipient(one, result, lang, console)
    else:
        _show_levels(result, lang, console)
    console.print(Text("Det här antas:", "What is assumed:").of(lang), style="bold")
    for one in result["assumptions"]:
        console.print(f"  {one['id']}: {one['text'][lang]}", soft_wrap=True)
        console.print(f"    {one['rests_on'][lang]}", style="dim", soft_wrap=True)


def _show_recipient(one: dict[str, Any], result: dict[str, Any], lang: Language, console: Console) -> None:
    console.print()
    console.print(f"{one['recipient_name']} ({one['recipient_code']})", style="bold")
    interval = f"{money(one['amount_low_sek'], lang)} – {money(one['amount_high_sek'], lang)}"
    console.print(f"  {money(one['amount_sek'], lang)}   80 %: {interval}", soft_wrap=True)
    change = signed_kronor(one["change_sek"], lang)
    status = STATUS[one["previous_status"]].of(lang)
    console.print(
        f"  {result['previous_year']}: {money(one['amount_previous_sek'], lang)} ({status}), {change}", soft_wrap=True
    )
    headings = Text("pott|belopp|80 %|folkmängd", "pot|amount|80 %|population")
    table = _table(headings.of(lang).split("|"))
    for pot in one["pots"]:
        table.add_row(*_pot_cells(pot, lang))
    console.print(table)
    titles = {candidate["id"]: candidate["title"][lang] for candidate in result["candidates"]}
    for other in one["under_other_candidates"]:
        if other["difference_sek"]:
            change = signed_kronor(other["difference_sek"], lang)
            console.print(f"  {titles[other['candidate']]}: {change}", style="dim", soft_wrap=True)


def _pot_cells(pot: dict[str, Any], lang: Language) -> tuple[str, str, str, str]:
    interval = f"{number(pot['amount_low_sek'], lang)} –\n{number(pot['amount_high_sek'], lang)}"
    if pot["population"] is None:
        return pot["pot_id"], number(pot["amount_sek"], lang), interval, ""
    counted = f"{number(pot['population'], lang)}\n± {number(pot['population_high'] - pot['population'], lang)}"
    base = f"{pot['pot_id']}\n  {pot['ages']}, {pot['reference_date']}, {pot['method']}"
    return base, number(pot["amount_sek"], lang), interval, counted


def _show_levels(result: dict[str, Any], lang: Language, console: Console) -> None:
    headings = Text(
        f"nivå|mottagare|prognos|avrundning|{result['previous_year']}",
        f"level|recipients|forecast|rounding|{result['previous_year']}",
    )
    table = _table(headings.of(lang).split("|"))
    for level in result["levels"]:
        money = (level[name] for name in ("recipients", "amount_sek", "residual_sek", "amount_previous_sek"))
        table.add_row(LEVELS[level["recipient_type"]].of(lang), *(number(amount, lang) for amount in money))
    console.print(table)
    titles = {candidate["id"]: candidate["title"][lang] for candidate in result["candidates"]}
    for other in result["other_candidates"]:
        if other["largest_gain_sek"] or other["largest_loss_sek"]:
            gain = f"{other['largest_gain']} {signed_kronor(other['largest_gain_sek'], lang)}"
            loss = f"{other['largest_loss']} {signed_kronor(other['largest_loss_sek'], lang)}"
            level = LEVELS[other["recipient_type"]].of(lang)
            console.print(f"  {titles[other['candidate']]}, {level}: {gain}, {loss}", style="dim", soft_wrap=True)
    for line in result["backtest"]:
        console.print(f"  {_backtest_line(line, lang)}", soft_wrap=True)


def _backtest_line(line: dict[str, Any], lang: Language) -> str:
    error = percent_if_known(line["mean_abs_error_share"], 2, lang)
    less, covered = (percent_if_known(line[name], 0, lang) for name in ("better_than_nation", "interval_coverage"))
    series = f"{line['method']} ({line['region_type']}, {line['ages']}, {line['test_kind']})"
    told = Text(
        f"{series}: medelfel {error}, {less} mindre än om alla växte som riket; intervallet täckte {covered}"
        f" (prövningar: {line['tests']})",
        f"{series}: mean error {error}, {less} less than if all grew as the nation; the interval covered {covered}"
        f" (tests: {line['tests']})",
    )
    return told.of(lang)


def _table(headings: list[str]) -> Table:
    """Text to the left, then numbers."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table
