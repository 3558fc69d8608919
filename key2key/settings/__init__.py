"""Django's settings. What differs between machines comes from the environment: `environment.py`."""

from key2key.settings.base import *  # noqa: F403
from key2key.settings.market import *  # noqa: F403
from key2key.settings.vendors import *  # noqa: F403
