"""Write docs/data-dictionary.md from the comments of the tables."""

import duckdb

from takedown.core.database import read_sql
from tools.scratch import ROOT

OPENING = """# Data dictionary

The tables of `results/takedown.duckdb`, from the comments in `workflow/sql/core/schema.sql` (`make dictionary`). Times are UTC unless a
column is described as local; ids are text. The tables `account`, `post`, `post_*` and `rejected_row` hold single records and are never
published: they are views on `results/records`, so open the database from the folder of the study. The schema `record` holds their
sources: `record.post_row` has every row of the tweets files, and the fault of each row that did not become a post.

Reasons in `rejected_row`: `malformed_row` (wrong number of columns, broken quotes, or a row over the length limit), `invalid_utf8` (in
a column that is read), `blank_line`, `missing_id`, `spreadsheet_ruined_id` (such as `1.01421E+18`: the digits are lost and are not
guessed), `unrecognised_id`, `unreadable_date`.
"""


def describe_tables() -> str:
    """Return the data dictionary as Markdown: a section for each table, a row for each column."""
    with duckdb.connect() as connection:
        connection.execute(read_sql("core/schema.sql"))
        tables = connection.execute(read_sql("core/dictionary/tables.sql")).fetchall()
        columns = connection.execute(read_sql("core/dictionary/columns.sql")).fetchall()
    parts = [OPENING]
    for table, comment in tables:
        rows = "\n".join(f"| {name} | {kind} | {text} |" for of, name, kind, text in columns if of == table)
        parts.append(f"## {table}\n\n{comment}\n\n| column | type | description |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (ROOT / "docs" / "data-dictionary.md").write_text(describe_tables(), encoding="utf-8")
