/** Tests of the examples. */
@NullMarked
package io.github.wxtoken.examples;

import org.jspecify.annotations.NullMarked;
