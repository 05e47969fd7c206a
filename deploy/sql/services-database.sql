-- The database of Godwit's services: one schema for each, owned by a role of its own that sees no other.
-- Run by psql as a superuser; may be run again, also to change the passwords.
--   GODWIT_SECRETS=<folder> psql --no-psqlrc --set=ON_ERROR_STOP=1 --dbname=postgres --file=services-database.sql
-- The passwords are read from <folder>/<service>-database-password, so that they never stand in arguments.

SELECT 'CREATE DATABASE godwit' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'godwit') \gexec
REVOKE ALL ON DATABASE godwit FROM PUBLIC;
\connect godwit
REVOKE ALL ON SCHEMA public FROM PUBLIC;

SELECT format('CREATE ROLE %I', role)
FROM (VALUES ('godwit_provisioning'), ('godwit_replication'), ('godwit_orchestrator'), ('godwit_backup'),
             ('godwit_gateway')) roles (role)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

\set password `cat "$GODWIT_SECRETS/provisioning-database-password"`
ALTER ROLE godwit_provisioning LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE godwit TO godwit_provisioning;
CREATE SCHEMA IF NOT EXISTS provisioning AUTHORIZATION godwit_provisioning;

\set password `cat "$GODWIT_SECRETS/replication-database-password"`
ALTER ROLE godwit_replication LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE godwit TO godwit_replication;
CREATE SCHEMA IF NOT EXISTS replication AUTHORIZATION godwit_replication;

\set password `cat "$GODWIT_SECRETS/orchestrator-database-password"`
ALTER ROLE godwit_orchestrator LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE godwit TO godwit_orchestrator;
CREATE SCHEMA IF NOT EXISTS orchestrator AUTHORIZATION godwit_orchestrator;

\set password `cat "$GODWIT_SECRETS/backup-database-password"`
ALTER ROLE godwit_backup LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE godwit TO godwit_backup;
CREATE SCHEMA IF NOT EXISTS backup AUTHORIZATION godwit_backup;

\set password `cat "$GODWIT_SECRETS/gateway-database-password"`
ALTER ROLE godwit_gateway LOGIN PASSWORD :'password';
GRANT CONNECT ON DATABASE godwit TO godwit_gateway;
CREATE SCHEMA IF NOT EXISTS gateway AUTHORIZATION godwit_gateway;
