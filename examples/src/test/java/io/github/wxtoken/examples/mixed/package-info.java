/** What the mixed cluster must find, shown without Node. */
@NullMarked
package io.github.wxtoken.examples.mixed;

import org.jspecify.annotations.NullMarked;
