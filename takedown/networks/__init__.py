"""Coordination networks: which accounts did the same thing at the same time, on any platform."""
