"""Write docs/data-dictionary.md from the comments of the schema."""

from takedown.dictionary import describe_tables
from takedown.scratch import ROOT

(ROOT / "docs" / "data-dictionary.md").write_text(describe_tables(), encoding="utf-8")
