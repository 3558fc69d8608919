"""The embedded servers: one guard, real servers, and nothing left behind whoever is killed."""
