package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStoreException;

/** Thrown when a table must not be used; the message says why, and what to do. */
final class UnfitTableException extends TokenStoreException {
  UnfitTableException(String table, String rule) {
    super("the table " + table + " cannot be used: " + rule, null);
  }
}
