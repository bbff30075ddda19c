"""Modules that every room uses: configuration, registry, database, measures, files, errors."""
