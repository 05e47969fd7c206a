/**
 * Any process may die: which process, at which point of a migration, and how. Points are found in the messages between
 * the services, so that a fault meets its point every time and the services know nothing of it.
 */
@NullMarked
package io.godwit.launcher.faults;

import org.jspecify.annotations.NullMarked;
