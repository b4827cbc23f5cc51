@NullMarked
package io.github.wxtoken.bench;

import org.jspecify.annotations.NullMarked;
