-- When it was seen that an ended run has left nothing where its scratch database was. Of runs without a placement that is
-- unknown: they ended before it was recorded.
ALTER TABLE restore_run ADD COLUMN cleared_at timestamptz;

CREATE INDEX restore_run_to_clear ON restore_run (id) WHERE cleared_at IS NULL AND placement IS NOT NULL;
