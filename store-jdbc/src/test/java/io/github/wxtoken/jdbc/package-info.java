@NullMarked
package io.github.wxtoken.jdbc;

import org.jspecify.annotations.NullMarked;
