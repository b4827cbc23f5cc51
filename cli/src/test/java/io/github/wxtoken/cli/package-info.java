/** The tests of the command line. */
@NullMarked
package io.github.wxtoken.cli;

import org.jspecify.annotations.NullMarked;
