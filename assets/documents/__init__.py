"""Documents as sources: bring one in, read its pages, find the amounts per recipient in them."""
