"""django-oauth-toolkit on 127.0.0.1 at a port of the system's choice: clients of the client credentials grant, which
authenticate by HTTP Basic (RFC 6749 section 2.3.1) or in the body. Says "listening on ENDPOINT" once it is ready, and
ends with its standard input.

The first argument names a file of JSON: a list of clients, each a list of its id and its secret.
"""

import json
import os
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import path

# oauthlib wants https; this is a test on one machine.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

settings.configure(
    SECRET_KEY="a key of this test",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    OAUTH2_PROVIDER={"SCOPES": {"read": "read"}, "ACCESS_TOKEN_EXPIRE_SECONDS": 3600},
    USE_TZ=True,
)
django.setup()

from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.views import TokenView  # noqa: E402

urlpatterns = [path("token", TokenView.as_view())]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def main():
    call_command("migrate", verbosity=0)
    with open(sys.argv[1], encoding="utf-8") as file:
        for client_id, client_secret in json.load(file):
            Application.objects.create(
                name=client_id,
                client_id=client_id,
                client_secret=client_secret,
                hash_client_secret=False,
                client_type=Application.CLIENT_CONFIDENTIAL,
                authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
            )
    # One thread serves: the database is in its memory.
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        threading.Thread(target=end_with_input, daemon=True).start()
        print(f"listening on http://127.0.0.1:{server.server_port}/token", flush=True)
        server.serve_forever()


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


main()
