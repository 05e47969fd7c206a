package io.godwit.backup.web;

import org.jspecify.annotations.Nullable;

/**
 * @param into the name of the tenant's database that the backup is restored into; null for the one it was taken of
 * @param confirm that database as {@code tenant/name}
 * @param replace whether what it holds may be replaced; not, if null
 */
record RestoreBody(
        @Nullable String into,
        @Nullable String confirm,
        @Nullable Boolean replace) {}
