/**
 * Measures the cost of every store, compared with its raw driver in the same run. Start {@code
 * Bench}.
 */
@NullMarked
package io.github.wxtoken.bench;

import org.jspecify.annotations.NullMarked;
