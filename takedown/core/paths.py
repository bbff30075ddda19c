"""Paths of the package's own files: the queries, schemas and resources of workflow/."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]

#: In a clone the folder is beside the package; an installed package contains a copy.
WORKFLOW = next(
    folder for folder in (PACKAGE.parent / "workflow", PACKAGE / "workflow") if (folder / "sql").is_dir()
)
SQL_FOLDER = WORKFLOW / "sql"
RESOURCES = WORKFLOW / "resources"
SCHEMAS = WORKFLOW / "schemas"
