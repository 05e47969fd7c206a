package io.godwit.backup.retention;

/**
 * What keeps backups of a database beyond their time.
 *
 * @param newest whether the newest are kept however old they are
 * @param safety whether migrations' safety backups are kept
 */
record Keeping(boolean newest, boolean safety) {
    static final Keeping ALL = new Keeping(true, true);
    static final Keeping NOTHING = new Keeping(false, false);
}
