"""The paper: its sentences, from the measures, and its pages."""
