"""Excel workbooks, one per grant year and language: SKR's layout first, then what the amounts rest on.

`product.py` says which files there are, `year.py` what a year holds, `distribution.py` how money is laid out, `book.py`
how cells look and keep their type; one module per sheet writes it. The words are in `words.py`.
"""
