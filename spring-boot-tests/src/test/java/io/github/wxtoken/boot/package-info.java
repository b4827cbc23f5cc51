@NullMarked
package io.github.wxtoken.boot;

import org.jspecify.annotations.NullMarked;
