@NullMarked
package io.github.wxtoken.micrometer;

import org.jspecify.annotations.NullMarked;
