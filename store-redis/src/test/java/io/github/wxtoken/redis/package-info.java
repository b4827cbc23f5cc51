@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
