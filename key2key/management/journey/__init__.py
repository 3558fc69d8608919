"""The journey from looking to holding the keys, as clients of the API make it.

Everything here speaks HTTP and websocket to a running product, as an app, a browser and the staff would;
nothing reaches past a door. `manage.py demo` tells it as a story, the tests prove it with it.
"""
