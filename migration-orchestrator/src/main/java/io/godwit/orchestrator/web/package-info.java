/** The REST surface of migrations. */
@NullMarked
package io.godwit.orchestrator.web;

import org.jspecify.annotations.NullMarked;
