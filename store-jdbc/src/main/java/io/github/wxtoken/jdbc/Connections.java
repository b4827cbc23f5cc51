package io.github.wxtoken.jdbc;

import java.sql.Connection;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/** Where a {@link Database} takes its connections from. Thread-safe. */
interface Connections extends AutoCloseable {

  /**
   * Takes a connection, which closing the handle gives back.
   *
   * @param millis how long to wait for one
   * @throws ConnectionException if there is none within this time, or the thread is interrupted
   */
  Handle open(long millis);

  /**
   * Closes a connection that is in use, so that nobody gets it again, and others to the same server
   * where that is possible.
   */
  void discard(Connection connection);

  /** Names where connections lead, for messages. */
  String server();

  /** Says why a connection came too late to be used, and what to do. */
  String late();

  /** Says why {@link #open} failed, and what to do. */
  String explain(SqlFailure failure);

  @Override
  void close();
}
