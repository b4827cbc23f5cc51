/** Tests that the mixed cluster finds faults, without Node. */
@NullMarked
package io.github.wxtoken.examples.mixed;

import org.jspecify.annotations.NullMarked;
