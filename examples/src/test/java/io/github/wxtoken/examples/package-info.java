/** What the examples must do. */
@NullMarked
package io.github.wxtoken.examples;

import org.jspecify.annotations.NullMarked;
