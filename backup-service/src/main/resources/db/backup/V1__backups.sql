CREATE TABLE backup (
    id                 text PRIMARY KEY,
    tenant             text NOT NULL,
    name               text NOT NULL,
    engine             text NOT NULL,
    reason             text NOT NULL,
    migration_id       text,
    attempt            integer,
    status             text NOT NULL,
    source             text NOT NULL,
    run                integer NOT NULL DEFAULT 0,
    bytes              bigint NOT NULL DEFAULT 0,
    sha256             text,
    engine_version     text,
    tables             integer,
    rows               bigint,
    error_code         text,
    error_message      text,
    error_kind         text,
    created_at         timestamptz NOT NULL,
    completed_at       timestamptz,
    deleted_at         timestamptz,
    objects_removed_at timestamptz,
    UNIQUE (migration_id, attempt)
);

CREATE INDEX backup_of_database ON backup (tenant, name, created_at DESC, id);
CREATE INDEX backup_by_status ON backup (status, created_at);

CREATE TABLE restore_run (
    id            text PRIMARY KEY,
    backup_id     text NOT NULL REFERENCES backup,
    kind          text NOT NULL,
    status        text NOT NULL,
    tenant        text NOT NULL,
    name          text NOT NULL,
    started       boolean NOT NULL DEFAULT false,
    error_code    text,
    error_message text,
    error_kind    text,
    created_at    timestamptz NOT NULL,
    finished_at   timestamptz
);

CREATE INDEX restore_run_of_backup ON restore_run (backup_id, kind, created_at DESC);
CREATE UNIQUE INDEX one_verification_of_a_backup ON restore_run (backup_id)
    WHERE kind = 'VERIFY' AND status = 'RUNNING';
CREATE UNIQUE INDEX one_restore_of_a_database ON restore_run (tenant, name)
    WHERE kind = 'RESTORE' AND status = 'RUNNING';
