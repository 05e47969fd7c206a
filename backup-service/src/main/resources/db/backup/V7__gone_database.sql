-- Deleted databases that have backups, and since when that is known.
CREATE TABLE gone_database (
    database_id text PRIMARY KEY,
    noticed_at  timestamptz NOT NULL
);
