"""What published amounts say by themselves: head counts, national totals, rules, rounding and the count behind them."""
