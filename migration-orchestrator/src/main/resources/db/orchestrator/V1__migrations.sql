-- One row per migration: what is asked for in queries as columns, everything a decision needs as the state.
CREATE TABLE migrations (
    id                 text PRIMARY KEY,
    tenant             text        NOT NULL,
    database_name      text        NOT NULL,
    status             text        NOT NULL,
    phase              text        NOT NULL,
    definition_version integer     NOT NULL,
    dry_run            boolean     NOT NULL,
    active             boolean     NOT NULL,
    due_at             timestamptz,
    version            bigint      NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    state              jsonb       NOT NULL
);

-- At most one migration of a database at a time, whoever asks.
CREATE UNIQUE INDEX migrations_one_active ON migrations (tenant, database_name) WHERE active;
CREATE INDEX migrations_due ON migrations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX migrations_newest ON migrations (created_at DESC, id DESC);

-- The history: every step and undo with its begin, end and outcome.
CREATE TABLE migration_steps (
    migration_id text        NOT NULL REFERENCES migrations ON DELETE CASCADE,
    number       integer     NOT NULL,
    step         text        NOT NULL,
    attempt      integer     NOT NULL,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    outcome      text,
    detail       text,
    PRIMARY KEY (migration_id, number)
);

-- What the public was told, for those who read it later.
CREATE TABLE migration_events (
    migration_id text   NOT NULL REFERENCES migrations ON DELETE CASCADE,
    sequence     bigint NOT NULL,
    type         text   NOT NULL,
    data         text   NOT NULL,
    PRIMARY KEY (migration_id, sequence)
);
