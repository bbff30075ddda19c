"""Methods for platform disclosure archives: plain functions on arrays, frames and DuckDB connections."""
