-- Where the database is a process of its own on its server; null where it shares the server's.
ALTER TABLE placement ADD COLUMN port integer;
CREATE UNIQUE INDEX placement_by_port ON placement (port);
