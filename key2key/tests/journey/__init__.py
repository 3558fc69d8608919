"""The whole product in one process: server with sockets, worker, clock; and the journey on it."""
