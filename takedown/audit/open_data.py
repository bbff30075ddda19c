"""The tables of the database that may be published, as Parquet, and their description for two catalogues of data.

Sources: Frictionless Data Package 1 (specs.frictionlessdata.io); Croissant 1.0 (M. Akhtar and others, NeurIPS 2024;
docs.mlcommons.org/croissant).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.database import literal, make_tables, read_sql
from takedown.core.digests import sha256_of
from takedown.core.working_folder import whole_file

#: Type of a column → its types in a Data Package and in Croissant.
TYPES = {
    "VARCHAR": ("string", "sc:Text"),
    "BOOLEAN": ("boolean", "sc:Boolean"),
    "INTEGER": ("integer", "sc:Integer"),
    "BIGINT": ("integer", "sc:Integer"),
    "DOUBLE": ("number", "sc:Float"),
    "DATE": ("date", "sc:Date"),
    "TIMESTAMP": ("datetime", "sc:DateTime"),
}
SIMULATED = "Rows with the provenance replica, and rows of archives with this provenance, are simulated and are no findings."
PARQUET = "application/vnd.apache.parquet"


@dataclass(frozen=True)
class Table:
    """A table with its comment, and the name, type and comment of each column."""

    name: str
    comment: str
    columns: list[tuple[str, str, str]]


def describe_schema(names: Iterable[str]) -> list[Table]:
    """Return the named tables of workflow/sql/core/schema.sql with their comments, in the order of the names."""
    with duckdb.connect() as connection:
        make_tables(connection, 0)
        comments = dict(connection.execute(read_sql("core/dictionary/tables.sql")).fetchall())
        columns = connection.execute(read_sql("core/dictionary/columns.sql")).fetchall()
    return [
        Table(
            name,
            comments[name],
            [(column, kind, comment) for table, column, kind, comment in columns if table == name],
        )
        for name in names
    ]


def write_parquet(connection: duckdb.DuckDBPyConnection, table: str, path: str | Path) -> None:
    """Write a table of the database (`open_database`) as Parquet, its rows in the order of all columns."""
    with whole_file(path) as whole:
        connection.execute(
            f"COPY (FROM {table} ORDER BY ALL) TO {literal(str(whole))} (FORMAT parquet, COMPRESSION zstd)"
        )


def data_package(tables: Iterable[Table], files: Mapping[str, Path], citation: Mapping[str, Any]) -> dict:
    """Return the Data Package of tables; `files` are their Parquet files beside it, `citation` is CITATION.cff."""
    return {
        "profile": "data-package",
        "name": citation["title"].split(":")[0],
        "title": citation["title"],
        "version": str(citation["version"]),
        "description": SIMULATED,
        "keywords": citation["keywords"],
        "licenses": [{"name": citation["license"]}],
        "contributors": [{"title": author["name"], "role": "author"} for author in citation["authors"]],
        "resources": [
            {
                "name": table.name.replace("_", "-"),
                "path": _path(files[table.name]),
                "description": table.comment,
                "format": "parquet",
                "mediatype": PARQUET,
                "schema": {
                    "fields": [
                        {"name": name, "type": TYPES[kind][0], "description": comment}
                        for name, kind, comment in table.columns
                    ]
                },
            }
            for table in tables
        ],
    }


def croissant(tables: Iterable[Table], files: Mapping[str, Path], citation: Mapping[str, Any]) -> dict:
    """Return the Croissant description of tables; arguments as in `data_package`."""
    tables = list(tables)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": citation["title"].split(":")[0],
        "description": f"{citation['title']}. {SIMULATED}",
        "version": str(citation["version"]),
        "license": f"https://spdx.org/licenses/{citation['license']}",
        "creator": [{"@type": "Organization", "name": author["name"]} for author in citation["authors"]],
        "keywords": citation["keywords"],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": _path(files[table.name]),
                "name": files[table.name].name,
                "contentUrl": _path(files[table.name]),
                "encodingFormat": "application/x-parquet",
                "sha256": sha256_of(files[table.name]),
            }
            for table in tables
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": table.comment,
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{table.name}/{name}",
                        "name": name,
                        "description": comment,
                        "dataType": TYPES[kind][1],
                        "source": {
                            "fileObject": {"@id": _path(files[table.name])},
                            "extract": {"column": name},
                        },
                    }
                    for name, kind, comment in table.columns
                ],
            }
            for table in tables
        ],
    }


def write_json(path: str | Path, content: Mapping[str, Any]) -> None:
    """Write a description as JSON."""
    with whole_file(path) as whole:
        whole.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _path(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


#: The context of Croissant 1.0, which its validator compares word for word.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
