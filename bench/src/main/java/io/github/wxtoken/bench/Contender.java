package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;

/**
 * One way to store tokens: a store of ours, or its baseline.
 *
 * @param <R> the record to store, made beforehand, as in an application
 */
interface Contender<R> extends AutoCloseable {

  /** Makes the record of a token; this is not measured. */
  R prepare(OAuthToken token);

  /** Reads a whole record. Fails if there is none. */
  Object get(String openid) throws Exception;

  /** Inserts or replaces a record. */
  void save(R token) throws Exception;

  /** Replaces a record by compare-and-set. Fails if another one is stored. */
  void replace(R expected, R token) throws Exception;

  @Override
  void close();

  /** Fails if a statement did not do its work: otherwise the figures would be those of errors. */
  static void require(boolean done, String what) {
    if (!done) {
      throw new IllegalStateException(what);
    }
  }
}
