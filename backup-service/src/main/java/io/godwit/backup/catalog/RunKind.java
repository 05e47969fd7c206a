package io.godwit.backup.catalog;

/** What a restore run is for. */
public enum RunKind {
    /** To prove that the backup can be restored; the result is thrown away. */
    VERIFY,
    /** To take the place of a tenant's database. */
    RESTORE,
    /** To fill the target of a migration. */
    MOVE
}
