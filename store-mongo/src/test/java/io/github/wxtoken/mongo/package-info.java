@NullMarked
package io.github.wxtoken.mongo;

import org.jspecify.annotations.NullMarked;
