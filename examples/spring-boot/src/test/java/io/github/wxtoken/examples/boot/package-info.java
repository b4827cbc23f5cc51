/** Tests of the application, most of them in a real browser. */
@NullMarked
package io.github.wxtoken.examples.boot;

import org.jspecify.annotations.NullMarked;
