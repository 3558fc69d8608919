"""A client of `k2k.v1` that keeps every rule of the protocol. For tests and demonstrations."""

from chat.reference_client.client import Client, Ended, Refused
from chat.reference_client.store import Pending, Store, Thread

__all__ = ["Client", "Ended", "Pending", "Refused", "Store", "Thread"]
