package io.github.wxtoken.jdbc;

import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect. The driver runs it on one thread; another thread can abort it, which
 * closes the sockets that the driver opened for it.
 */
final class Attempt {
  private static final ThreadLocal<@Nullable Attempt> CURRENT = new ThreadLocal<>();

  private final int greetingMillis;
  private final List<Socket> sockets = new ArrayList<>();
  private boolean aborted;
  private volatile boolean connected;
  private volatile boolean underWay = true;

  /**
   * Prepares an attempt.
   *
   * @param greetingMillis how long an accepted connection may wait for the server's greeting
   */
  Attempt(long greetingMillis) {
    this.greetingMillis = Math.toIntExact(greetingMillis);
  }

  /** Returns a socket for the attempt of this thread. The socket factories call this. */
  static Socket newSocket() {
    Attempt attempt = CURRENT.get();
    return attempt == null ? new Socket() : attempt.socket();
  }

  /** Calls the driver, whose sockets then belong to this attempt. */
  @Nullable Connection run(MysqlOrSqliteSource.Opening opening) throws SQLException {
    CURRENT.set(this);
    try {
      return opening.open();
    } finally {
      CURRENT.remove();
      underWay = false;
    }
  }

  private synchronized Socket socket() {
    GreetedSocket socket = new GreetedSocket(this);
    sockets.add(socket);
    if (aborted) {
      closeQuietly(socket);
    }
    return socket;
  }

  boolean isUnderWay() {
    return underWay;
  }

  /** Makes the attempt fail now, or breaks the connection that it made. */
  synchronized void abort() {
    aborted = true;
    sockets.forEach(Attempt::closeQuietly);
  }

  int greetingMillis() {
    return greetingMillis;
  }

  void connected() {
    connected = true;
  }

  /** Tells whether the server (or its kernel) cannot have noticed this attempt. */
  synchronized boolean wentUnnoticed() {
    return !sockets.isEmpty() && !connected;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The socket is unusable in either case.
    }
  }
}
