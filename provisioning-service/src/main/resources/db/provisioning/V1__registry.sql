CREATE TABLE tenant (
    id         text        PRIMARY KEY,
    created_at timestamptz NOT NULL
);

CREATE TABLE server (
    id                   text        PRIMARY KEY,
    name                 text,
    engine               text        NOT NULL,
    tier                 text        NOT NULL,
    region               text        NOT NULL,
    provider             text        NOT NULL CHECK (provider IN ('PROCESS', 'REGISTERED')),
    status               text        NOT NULL CHECK (status IN ('CREATING', 'READY', 'UNREACHABLE', 'REMOVING')),
    -- takes no new databases
    draining             boolean     NOT NULL,
    host                 text        NOT NULL,
    port                 integer     NOT NULL,
    security             text        NOT NULL,
    -- empty until the server has answered once
    version              text        NOT NULL,
    admin_user           text        NOT NULL,
    -- sealed, as every password here
    admin_password       text        NOT NULL,
    replication_user     text        NOT NULL,
    replication_password text        NOT NULL,
    -- the operation for whose database the server was made; null if somebody asked for the server itself
    made_for             text,
    created_at           timestamptz NOT NULL,
    UNIQUE (host, port)
);

CREATE TABLE tenant_database (
    -- tenant/name
    id                      text        PRIMARY KEY,
    tenant                  text        NOT NULL REFERENCES tenant (id),
    name                    text        NOT NULL,
    engine                  text        NOT NULL,
    tier                    text        NOT NULL,
    region                  text        NOT NULL,
    status                  text        NOT NULL,
    -- while the database is being made or adopted; what is found so at the start of the service is undone
    unfinished              text        CHECK (unfinished IN ('CREATION', 'ADOPTION')),
    verifier                text        NOT NULL,
    last_migration_id       text,
    last_migration_status   text,
    last_migration_sequence bigint      NOT NULL,
    last_migration_at       timestamptz,
    created_at              timestamptz NOT NULL
);
CREATE INDEX tenant_database_by_tenant ON tenant_database (tenant, name);

-- A database on a server. The row is written before anything is made there and deleted after everything has gone.
CREATE TABLE placement (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- no reference: a placement that could not be removed outlives its database
    database_id    text        NOT NULL,
    server_id      text        NOT NULL REFERENCES server (id),
    database_name  text        NOT NULL,
    owner_user     text        NOT NULL,
    owner_password text        NOT NULL,
    state          text        NOT NULL CHECK (state IN ('PREPARING', 'PREPARED', 'HOME', 'FORMER', 'REMOVING')),
    -- the migration that brought it into this state
    migration_id   text,
    changed_at     timestamptz NOT NULL,
    UNIQUE (server_id, database_name)
);
CREATE INDEX placement_by_database ON placement (database_id);
CREATE UNIQUE INDEX placement_one_home ON placement (database_id) WHERE state = 'HOME';

-- The row of a deleted database stays, so that the epochs of its name never begin anew.
CREATE TABLE route (
    database_id  text        PRIMARY KEY,
    epoch        bigint      NOT NULL,
    -- null where the route has ended
    server_id    text,
    -- the migration that published it; null for a database that never moved
    migration_id text,
    published_at timestamptz NOT NULL
);

-- Commands that were accepted and are not yet answered.
CREATE TABLE command_work (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type        text        NOT NULL,
    command     text        NOT NULL,
    accepted_at timestamptz NOT NULL DEFAULT now()
);
