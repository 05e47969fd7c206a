-- the server that this one follows as a standby, whenever it starts; null if it leads
ALTER TABLE server ADD COLUMN follows text;
