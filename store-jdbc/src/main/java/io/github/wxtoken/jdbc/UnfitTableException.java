package io.github.wxtoken.jdbc;

import io.github.wxtoken.TokenStoreException;

/** A table in which nothing may be kept; the message says why, and what mends it. */
final class UnfitTableException extends TokenStoreException {
  UnfitTableException(String table, String rule) {
    super("the table " + table + " cannot be used: " + rule, null);
  }
}
