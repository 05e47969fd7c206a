-- When a run was first found interrupted.
ALTER TABLE restore_run ADD COLUMN interrupted_at timestamptz;
