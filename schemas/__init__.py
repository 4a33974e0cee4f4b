"""What the data look like, and what all floors share. Imports nothing of ours.

field, fields/               what a column is, and every column
vocabulary, patterns         what columns may say: words, and how codes are written
table, tables/               what a table is, and every table
contract, dictionary         what follows from a table: the check before it is written, its schemas, its description
text, money, plain_text      a text in two languages, kronor for people, text from outside made harmless
errors, product              what is refused and how it is said; name, version and licence of the data set
"""
