@org.jspecify.annotations.NullMarked
package io.github.wxtoken.wxjava;
