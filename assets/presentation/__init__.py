"""What people and machines look at beside the tables: report, workbooks, CSV twins, catalogue, changes.

Everything here is made from the tables of a whole version, all years together, just before it is published.
"""
