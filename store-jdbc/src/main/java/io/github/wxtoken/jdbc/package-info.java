/**
 * Stores tokens in MySQL, MariaDB or SQLite. {@link io.github.wxtoken.jdbc.JdbcTokenStore} is the
 * only class to use; {@code jdbc:mysql:}, {@code jdbc:mariadb:} and {@code jdbc:sqlite:} URLs open
 * it through {@link io.github.wxtoken.store.TokenStores#open}.
 */
@NullMarked
package io.github.wxtoken.jdbc;

import org.jspecify.annotations.NullMarked;
