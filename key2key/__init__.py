"""Key2Key: homes and vehicles, from looking to holding the keys."""

__version__ = "1.0.0"
