/** Godwit's routing proxy: what applications connect to instead of their database servers. */
@NullMarked
package io.godwit.proxy;

import org.jspecify.annotations.NullMarked;
