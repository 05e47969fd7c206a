ALTER TABLE restore_run ADD COLUMN set_aside text;
