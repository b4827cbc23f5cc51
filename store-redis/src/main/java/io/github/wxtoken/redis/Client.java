package io.github.wxtoken.redis;

import org.jspecify.annotations.Nullable;

/** A client of Lettuce, which connects once for a store: the application's or one of ours. */
interface Client {
  /**
   * Connects. After a failure nothing is left open.
   *
   * @throws RedisFailure if Redis cannot be reached, or refuses the connection
   */
  Connection connect() throws RedisFailure;

  /** Says where the servers are and whether connections use TLS, for the log. */
  String place();

  /** Returns why the last reconnect failed; null if none failed, or if that is not known. */
  @Nullable RedisFailure outage();

  /** Closes the connection and what belongs to this store alone. */
  void close(Connection connection);
}
