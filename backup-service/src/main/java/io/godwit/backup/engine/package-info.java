/** What a backup needs of a database engine; each engine implements it in a package of its own. */
@NullMarked
package io.godwit.backup.engine;

import org.jspecify.annotations.NullMarked;
