"""Formulas that more than one question uses, each in one place."""
