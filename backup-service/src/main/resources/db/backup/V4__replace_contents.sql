-- Whether a restore may replace what the database holds. Those accepted before this was recorded may not.
ALTER TABLE restore_run ADD COLUMN replace_contents boolean NOT NULL DEFAULT false;
