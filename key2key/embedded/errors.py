"""What can go wrong with the embedded servers; every message is a sentence for people."""


class EmbeddedError(RuntimeError):
    """The servers did not start, or something about their data needs a person."""


class EmbeddedUnavailable(EmbeddedError):
    """There is no wheel with the servers for this machine: set DATABASE_URL and REDIS_URL."""


class DataHeld(EmbeddedError):
    """Another process holds the data; the message says which and since when."""
