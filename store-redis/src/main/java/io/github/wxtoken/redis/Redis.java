package io.github.wxtoken.redis;

import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands and waits for their answers, within a deadline.
 *
 * <p>A read without an answer is retried, and so is a write that is known not to have been sent;
 * any other write is not. No exception of Lettuce reaches the caller (see {@link RedisFailure}).
 */
final class Redis implements AutoCloseable {
  /** Maximum number of commands that wait for their answers. More callers wait for a permit. */
  static final int MAX_IN_FLIGHT = 1_024;

  private static final int MAX_AGAIN = 5;

  /**
   * Limits an opening that the connect and handshake timeouts do not limit. A JVM that has just
   * started, on a busy machine, must load hundreds of classes first.
   */
  private static final Duration OPENING = Duration.ofMinutes(1);

  /**
   * Minimum time between two reconnects away from a replica. Many callers notice the replica at
   * once, and they must not break the new connection, on which others may already write.
   */
  private static final long DEPARTURES = Duration.ofMillis(500).toNanos();

  private final Connection connection;

  /** The server, for messages. */
  private final String server;

  private final Duration timeout;
  private final long patience;
  private final Semaphore turns;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong departed = new AtomicLong(System.nanoTime() - DEPARTURES);

  /** Connects. */
  interface Opening {
    Connection open(Duration patience, Deadline deadline) throws RedisFailure;
  }

  /** Sends a command. */
  interface Command<T extends @Nullable Object> {
    Future<T> send(RedisClusterAsyncCommands<String, Value> redis);
  }

  /**
   * Connects.
   *
   * @param server the name of the server, for messages
   * @param timeout the timeout of an operation; one command may take a third of it
   * @param maxInFlight maximum number of commands that wait for their answers
   */
  Redis(Opening opening, String server, Duration timeout, int maxInFlight) {
    this.server = server;
    this.timeout = timeout;
    // Otherwise thousands of commands would wait in Lettuce's queue past their deadlines, and still
    // be sent.
    this.turns = new Semaphore(maxInFlight, true);
    this.patience = timeout.toNanos() / 3;
    if (Thread.currentThread().isInterrupted()) {
      // Netty's timer loses an interrupt when it starts.
      throw failure("connect to ", server, new RedisFailure(new InterruptedException()));
    }
    try {
      this.connection = opening.open(timeout.dividedBy(3), Deadline.in(OPENING));
    } catch (RedisFailure e) {
      // The application's client does not tell its address, but its exception does.
      throw failure("connect to ", server.contains(" at ") ? server : server + e.at(), e);
    } catch (LinkageError e) {
      throw Driver.unusable(e);
    }
  }

  /**
   * Begins an operation.
   *
   * @param what the operation, for an error message, such as {@code "read the token of "}
   * @param name the operation's object, such as an openid
   */
  Operation begin(String what, String name) {
    requireOpen();
    return new Operation(what, name, Deadline.in(timeout));
  }

  /** Returns the server's address, for the log. */
  String place() {
    return connection.place();
  }

  void requireOpen() {
    if (closed.get()) {
      throw new TokenStoreException("the store is closed", null);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      connection.close();
    }
  }

  /** A few commands, one after the other, with a common deadline. */
  final class Operation {
    private final String what;
    private final String name;
    private final Deadline deadline;

    private Operation(String what, String name, Deadline deadline) {
      this.what = what;
      this.name = name;
      this.deadline = deadline;
    }

    /** Sends a command that changes nothing. */
    <T extends @Nullable Object> T read(Command<T> command) {
      return run(command, true);
    }

    /** Sends a command that changes something. */
    <T extends @Nullable Object> T write(Command<T> command) {
      return run(command, false);
    }

    /** Reads again which servers hold which keys; a cluster may have changed. */
    Operation refresh() {
      read(redis -> connection.refresh());
      return this;
    }

    /** Returns the connections to the servers that hold the keys. */
    List<StatefulRedisConnection<String, Value>> masters() {
      return read(redis -> connection.masters());
    }

    /** Sends a command after all earlier ones, without waiting for its answer. */
    <T extends @Nullable Object> void dispatch(Command<T> command) {
      try {
        Future<T> unused = command.send(connection.commands());
      } catch (RuntimeException e) {
        // No caller waits for the answer.
      }
    }

    TokenStoreException failed(String why) {
      return new TokenStoreException("cannot " + what + name + ": " + why, null);
    }

    private <T extends @Nullable Object> T run(Command<T> command, boolean isRead) {
      for (int again = 0; ; again++) {
        try {
          return inTurn(command);
        } catch (RedisFailure e) {
          requireOpen();
          if (e.hasCode("READONLY")) {
            leave();
          }
          boolean harmless = isRead ? e.isConnection() : e.isNotSent();
          if (!harmless || again == MAX_AGAIN || !deadline.pause()) {
            throw failure(what, name, e, connection.outage());
          }
        }
      }
    }

    private <T extends @Nullable Object> T inTurn(Command<T> command) throws RedisFailure {
      // A command that is sent at the last moment could take effect after we had reported a
      // failure.
      deadline.await(turns, patience / 2);
      try {
        return deadline.await(send(command), patience);
      } finally {
        turns.release();
      }
    }

    private <T extends @Nullable Object> Future<T> send(Command<T> command) throws RedisFailure {
      try {
        return command.send(connection.commands());
      } catch (RuntimeException e) {
        // Thrown by Lettuce, or by an extension that the application configured in its own client.
        throw new RedisFailure(e);
      }
    }
  }

  /** Leaves a server that has become a replica. */
  private void leave() {
    long now = System.nanoTime();
    long last = departed.get();
    if (now - last >= DEPARTURES && departed.compareAndSet(last, now)) {
      connection.reconnect();
    }
  }

  /** Creates the exception. For an unsent command, the reason is the failure of the connection. */
  private TokenStoreException failure(
      String what, String name, RedisFailure e, @Nullable RedisFailure outage) {
    return outage != null && e.isNotSent()
        ? new TokenStoreException(
            "cannot " + what + name + ": cannot connect to " + server + ": " + outage.describe(), e)
        : new TokenStoreException("cannot " + what + name + ": " + e.describe(server), e);
  }

  private static TokenStoreException failure(String what, String name, RedisFailure e) {
    return new TokenStoreException("cannot " + what + name + ": " + e.describe(), e);
  }
}
