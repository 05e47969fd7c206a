CREATE TABLE work (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    database_id  text        NOT NULL,
    migration_id text        NOT NULL,
    -- the message type of the command
    type         text        NOT NULL,
    command      text        NOT NULL,
    -- an undo is never superseded: whatever comes next waits for it
    undo         boolean     NOT NULL,
    state        text        NOT NULL CHECK (state IN ('ACCEPTED', 'DONE', 'SUPERSEDED')),
    reply_type   text,
    reply        text,
    accepted_at  timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz
);
CREATE INDEX work_of_migration ON work (migration_id, id);
CREATE INDEX work_unfinished ON work (id) WHERE state = 'ACCEPTED';

-- What was changed on a server and how it was before; written before the change.
CREATE TABLE undo_record (
    migration_id text        NOT NULL,
    server_id    text        NOT NULL,
    kind         text        NOT NULL,
    detail       text        NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (migration_id, server_id, kind)
);
