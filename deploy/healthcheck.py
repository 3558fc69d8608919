"""Ask this container's own server whether it lives. The status is the answer."""

import http.client
import sys

from key2key.settings.environment import environment

connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=2)
connection.request("GET", "/health/live", headers={"Host": environment.ALLOWED_HOSTS[0].lstrip(".")})
sys.exit(0 if connection.getresponse().status == http.HTTPStatus.OK else 1)
