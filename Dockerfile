# One image for the HTTP server, the socket server, the worker and the clock; the command says which.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/srv/key2key \
    ENVIRONMENT=production \
    LOG_FORMAT=json \
    K2K_DATA=/srv/data
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin key2key \
 && install -d -o key2key -g key2key /srv/data /srv/data/media /srv/data/private /srv/data/logs
WORKDIR /srv/key2key
COPY --from=build /opt/venv /opt/venv
COPY . .
# The static files are part of the image; the secret lives for this one command.
RUN python -m compileall -q . \
 && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    DATABASE_URL=postgresql://nobody@nowhere/nothing REDIS_URL=redis://nowhere \
    python manage.py collectstatic --no-input --verbosity 0
USER key2key
# Each container rotates a log of its own.
VOLUME ["/srv/data/media", "/srv/data/private", "/srv/data/logs"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "key2key.wsgi:application"]
