package io.github.wxtoken.redis;

import io.github.wxtoken.TokenStoreException;
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
 * <p>A read that had no answer is sent again, and so is a write that is known not to have been
 * sent; any other write is not. No exception of Lettuce's gets out (see {@link RedisFailure}).
 */
final class Redis implements AutoCloseable {
  /** Commands that may wait for their answers; more callers than that wait in line. */
  static final int MAX_IN_FLIGHT = 1_024;

  private static final int MAX_AGAIN = 5;

  /**
   * What ends an opening that its connect and handshake timeouts do not end. A JVM that has just
   * started, on a busy machine, has hundreds of classes to load first.
   */
  private static final Duration OPENING = Duration.ofMinutes(1);

  /**
   * The shortest time between two departures from a replica. Many callers hear of it at once, and
   * must not break the new connection, too, on which others may be writing already.
   */
  private static final long DEPARTURES = Duration.ofMillis(500).toNanos();

  private final Connection connection;
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
   * @param timeout what an operation may take; one command may take a third of it
   * @param maxInFlight how many commands may wait for their answers at a time
   */
  Redis(Opening opening, Duration timeout, int maxInFlight) {
    this.timeout = timeout;
    // Thousands of commands would wait in Lettuce's queue past their deadlines, and be sent still.
    this.turns = new Semaphore(maxInFlight, true);
    this.patience = timeout.toNanos() / 3;
    if (Thread.currentThread().isInterrupted()) {
      // Netty's timer, when it starts, forgets an interrupt.
      throw failure("connect", "", new RedisFailure(new InterruptedException()));
    }
    try {
      this.connection = opening.open(timeout.dividedBy(3), Deadline.in(OPENING));
    } catch (RedisFailure e) {
      throw failure("connect", "", e);
    } catch (LinkageError e) {
      throw Driver.unusable(e);
    }
  }

  /**
   * Begins an operation.
   *
   * @param what what it does, for the message that it cannot, such as {@code "read the token of "}
   * @param name whose or which, such as an openid
   */
  Operation begin(String what, String name) {
    requireOpen();
    return new Operation(what, name, Deadline.in(timeout));
  }

  /** Says where the server is, for the log. */
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

  /** A few commands, one after the other. */
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

    /** Asks anew which servers share the keys among them; a cluster may have changed. */
    Operation refresh() {
      read(redis -> connection.refresh());
      return this;
    }

    /** Returns the connections to the servers that share the keys among them. */
    List<StatefulRedisConnection<String, Value>> masters() {
      return read(redis -> connection.masters());
    }

    /** Sends a command that nobody waits for, after all that was sent before. */
    <T extends @Nullable Object> void dispatch(Command<T> command) {
      try {
        Future<T> unused = command.send(connection.commands());
      } catch (RuntimeException e) {
        // nobody waits
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
            throw failure(what, name, e);
          }
        }
      }
    }

    private <T extends @Nullable Object> T inTurn(Command<T> command) throws RedisFailure {
      // What is sent at the last moment comes to pass after we called it failed.
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
        // Of Lettuce, or of what the application has put into its own client.
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

  private static TokenStoreException failure(String what, String name, RedisFailure e) {
    return new TokenStoreException("cannot " + what + name + ": " + e.describe(), e);
  }
}
