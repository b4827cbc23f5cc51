package io.github.wxtoken.jdbc;

import java.sql.Connection;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/** The source of a {@link Database}'s connections. Thread-safe. */
interface Connections extends AutoCloseable {

  /**
   * Takes a connection; closing the handle returns it.
   *
   * @param millis how long to wait for a connection
   * @throws ConnectionException if there is none within this time, or the thread is interrupted
   */
  Handle open(long millis);

  /**
   * Closes a connection that is in use, so that it is never handed out again. Where possible, also
   * closes other connections to the same server.
   */
  void discard(Connection connection);

  /** Names the server of the connections, for messages. */
  String server();

  /** Says why a connection came too late to be used, and what to do. */
  String late();

  /** Says why {@link #open} failed, and what to do. */
  String explain(SqlFailure failure);

  @Override
  void close();
}
