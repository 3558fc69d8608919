"""The WSGI application: HTTP only, for gunicorn in production."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "key2key.settings")

from key2key.start import verify

verify()

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
