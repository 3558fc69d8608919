"""The ASGI application: HTTP and websockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")

from key2key.start import verify

verify()

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

application = ProtocolTypeRouter({"http": get_asgi_application()})
