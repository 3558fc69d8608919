"""The storages of other houses."""
