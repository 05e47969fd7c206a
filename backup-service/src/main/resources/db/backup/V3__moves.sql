-- How much was backed up, to foretell how long it would take again.
ALTER TABLE backup ADD COLUMN database_bytes bigint;
ALTER TABLE backup ADD COLUMN started_at timestamptz;

-- Restores into the target of a migration.
ALTER TABLE restore_run ADD COLUMN migration_id text;
ALTER TABLE restore_run ADD COLUMN attempt integer;
ALTER TABLE restore_run ADD COLUMN placement text;
ALTER TABLE restore_run ADD COLUMN rows bigint;
ALTER TABLE restore_run ADD COLUMN tables integer;
ALTER TABLE restore_run ADD COLUMN digest text;

CREATE UNIQUE INDEX one_restore_of_an_attempt ON restore_run (migration_id, attempt);
