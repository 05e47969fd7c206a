-- Up to which attempt the targets of a migration were discarded: what is asked for in an earlier one comes too late.
CREATE TABLE discarded_target (
    migration_id text    PRIMARY KEY,
    attempt      integer NOT NULL
);
