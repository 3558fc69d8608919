#!/bin/sh
# Run by the PostgreSQL image when its volume is empty.
set -eu
exec psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" \
  --file /etc/key2key/roles.sql
