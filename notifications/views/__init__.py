"""Doors of notifications."""
