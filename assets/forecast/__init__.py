"""Looking ahead: head counts that SCB has not published, and what assumed rules would make of them."""
