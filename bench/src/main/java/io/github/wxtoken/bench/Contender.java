package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;

/**
 * One way to keep tokens: a store of ours, or what it is measured beside.
 *
 * @param <R> the record it is handed, made beforehand, as a program has it in hand
 */
interface Contender<R> extends AutoCloseable {

  /** Makes the record of a token; this is not measured. */
  R prepare(OAuthToken token);

  /** Reads all there is of a record. Fails if there is none. */
  Object get(String openid) throws Exception;

  /** Inserts or replaces a record. */
  void save(R token) throws Exception;

  /** Replaces a record by compare-and-set. Fails if another one is stored. */
  void replace(R expected, R token) throws Exception;

  @Override
  void close();

  /** Fails if a statement did not do what is measured: figures of errors are none. */
  static void require(boolean done, String what) {
    if (!done) {
      throw new IllegalStateException(what);
    }
  }
}
