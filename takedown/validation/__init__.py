"""Proof that the methods work: replica, calibration, recovery."""
