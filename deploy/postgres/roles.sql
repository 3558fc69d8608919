-- Roles and database of the product, made once, as a superuser:
--   psql -v owner_password=… -v app_password=… -f roles.sql
-- The owner makes the tables; the product works as key2key_app, which may neither truncate nor change
-- what is append-only. LC_CTYPE must know Amharic letters, or trigrams are deaf to them.
\set ON_ERROR_STOP on

CREATE ROLE key2key_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE key2key_app LOGIN PASSWORD :'app_password';

CREATE DATABASE key2key
    OWNER key2key_owner
    TEMPLATE template0
    ENCODING 'UTF8'
    LOCALE_PROVIDER builtin
    BUILTIN_LOCALE 'C.UTF-8'
    LC_COLLATE 'C'
    LC_CTYPE 'C.UTF-8';

REVOKE ALL ON DATABASE key2key FROM PUBLIC;
GRANT CONNECT ON DATABASE key2key TO key2key_app;
