"""Where the package finds its own files: the queries, schemas and curated tables of workflow/."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

#: In a clone the folder lies beside the package; an installed package carries a copy of it.
WORKFLOW = next(
    folder for folder in (PACKAGE.parent / "workflow", PACKAGE / "workflow") if (folder / "sql").is_dir()
)
SQL_FOLDER = WORKFLOW / "sql"
RESOURCES = WORKFLOW / "resources"
SCHEMAS = WORKFLOW / "schemas"
