/** Tests of the login that see its parts. */
@NullMarked
package io.github.wxtoken.boot.security;

import org.jspecify.annotations.NullMarked;
