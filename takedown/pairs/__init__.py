"""The tool for any file of events: pairs of accounts that did the same thing at the same time."""
