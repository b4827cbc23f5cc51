/**
 * Metrics of wxtoken's clients for Micrometer. {@link io.github.wxtoken.micrometer.WeChatMetrics}
 * is the only class to use.
 */
@NullMarked
package io.github.wxtoken.micrometer;

import org.jspecify.annotations.NullMarked;
