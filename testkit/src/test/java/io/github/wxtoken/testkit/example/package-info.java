/** The example of the testkit's README: a store, its provider and what its author runs. */
@NullMarked
package io.github.wxtoken.testkit.example;

import org.jspecify.annotations.NullMarked;
