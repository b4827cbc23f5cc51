/**
 * A cluster of Node processes with wechat-oauth and Java processes with wxtoken, on one store.
 * {@code mvn -q -Pmixed compile} runs it.
 */
@NullMarked
package io.github.wxtoken.examples.mixed;

import org.jspecify.annotations.NullMarked;
