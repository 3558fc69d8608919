"""The ASGI application: HTTP and websockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")

from key2key.start import verify

verify()

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from chat.routing import websockets
from key2key.common.body_limit import limited

application = ProtocolTypeRouter({"http": limited(get_asgi_application()), "websocket": websockets})
