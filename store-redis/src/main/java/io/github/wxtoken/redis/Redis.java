package io.github.wxtoken.redis;

import io.github.wxtoken.store.OperationDeadline;
import io.github.wxtoken.store.StoreState;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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

  private static final int MAX_RETRIES = 5;

  /**
   * Minimum time between two reconnects away from a replica. Many callers notice the replica at
   * once, and they must not break the new connection, on which others may already write.
   */
  private static final long DEPARTURES = Duration.ofMillis(500).toNanos();

  private final Client client;
  private final Connection connection;

  /** The server, for messages. */
  private final String server;

  private final Duration timeout;
  private final long commandTimeout;
  private final Semaphore permits;
  private final int maxInFlight;
  private final StoreState state = new StoreState();
  private final AtomicLong departed = new AtomicLong(System.nanoTime() - DEPARTURES);

  /** Sends a command. */
  interface Command<T extends @Nullable Object> {
    Future<T> send(RedisClusterAsyncCommands<byte[], byte[]> redis);
  }

  /**
   * Connects.
   *
   * @param clients creates a client that waits so long for an answer
   * @param server the name of the server, for messages
   * @param timeout the timeout of an operation; one command may take a third of it
   * @param maxInFlight maximum number of commands that wait for their answers
   */
  Redis(Function<Duration, Client> clients, String server, Duration timeout, int maxInFlight) {
    this.server = server;
    this.timeout = timeout;
    // Otherwise thousands of commands would wait in Lettuce's queue past their deadlines, and still
    // be sent.
    this.permits = new Semaphore(maxInFlight, true);
    this.maxInFlight = maxInFlight;
    this.commandTimeout = timeout.toNanos() / 3;
    if (Thread.currentThread().isInterrupted()) {
      // Netty's timer loses an interrupt when it starts.
      RedisFailure interrupted = new RedisFailure(new InterruptedException());
      throw failure("connect to " + server, interrupted, interrupted.describe());
    }
    try {
      this.client = clients.apply(timeout.dividedBy(3));
      this.connection = client.connect();
    } catch (RedisFailure e) {
      // The application's client does not tell its address, but its exception does.
      String named = server.contains(" at ") ? server : server + e.at();
      throw failure("connect to " + named, e, e.describe());
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
    return new Operation(what, name, OperationDeadline.in(timeout));
  }

  /** Returns the server's address, for the log. */
  String place() {
    return client.place();
  }

  void requireOpen() {
    state.requireOpen();
  }

  @Override
  public void close() {
    state.close(() -> client.close(connection));
  }

  /** A few commands, one after the other, with a common deadline. */
  final class Operation {
    private final String what;
    private final String name;
    private final OperationDeadline deadline;

    private Operation(String what, String name, OperationDeadline deadline) {
      this.what = what;
      this.name = name;
      this.deadline = deadline;
    }

    /** Sends a command that changes nothing. */
    <T extends @Nullable Object> T read(Command<T> command) {
      return run(command, true, 1);
    }

    /** Sends a command that changes something. */
    <T extends @Nullable Object> T write(Command<T> command) {
      return run(command, false, 1);
    }

    /** Sends several commands at once that change something, and count as so many in flight. */
    <T extends @Nullable Object> T write(int count, Command<T> commands) {
      return run(commands, false, Math.min(count, maxInFlight));
    }

    /** Returns the connections to the servers that hold the keys; a cluster may have changed. */
    List<StatefulRedisConnection<byte[], byte[]>> masters() {
      return read(redis -> connection.masters().get());
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

    private <T extends @Nullable Object> T run(Command<T> command, boolean isRead, int count) {
      for (int retries = 0; ; retries++) {
        try {
          return attempt(command, count);
        } catch (RedisFailure e) {
          requireOpen();
          if (e.hasCode("READONLY")) {
            leave();
          }
          boolean harmless = isRead ? e.isConnection() : e.isNotSent();
          if (!harmless || retries == MAX_RETRIES || !deadline.pause()) {
            throw failure(what + name, e);
          }
        }
      }
    }

    private <T extends @Nullable Object> T attempt(Command<T> command, int count)
        throws RedisFailure {
      acquirePermits(count);
      try {
        return await(command.send(connection.commands()));
      } catch (RuntimeException e) {
        // Thrown by Lettuce, or by an extension that the application configured in its own client.
        throw new RedisFailure(e);
      } finally {
        permits.release(count);
      }
    }

    private void acquirePermits(int count) throws RedisFailure {
      // A command that is sent at the last moment could take effect after we had reported a
      // failure.
      long nanos = deadline.remainingNanos() - commandTimeout / 2;
      try {
        if (!permits.tryAcquire(count, nanos, TimeUnit.NANOSECONDS)) {
          throw RedisFailure.crowded();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RedisFailure(e);
      }
    }

    /**
     * Waits for an answer. Cancels the command after a timeout, so that a command that is still
     * unsent is never sent.
     */
    private <T extends @Nullable Object> T await(Future<T> answer) throws RedisFailure {
      try {
        return answer.get(
            Math.min(commandTimeout, deadline.remainingNanos()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        throw new RedisFailure(e.getCause() == null ? e : e.getCause());
      } catch (TimeoutException | CancellationException | RedisException e) {
        answer.cancel(true);
        throw new RedisFailure(e);
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw new RedisFailure(e);
      }
    }
  }

  /** Leaves a server that has become a replica. */
  private void leave() {
    long now = System.nanoTime();
    long last = departed.get();
    if (now - last >= DEPARTURES && departed.compareAndSet(last, now)) {
      connection.leave().run();
    }
  }

  /** Creates the exception. For an unsent command, the reason is the failure of the connection. */
  private TokenStoreException failure(String what, RedisFailure e) {
    RedisFailure outage = e.isNotSent() ? client.outage() : null;
    return outage == null
        ? failure(what, e, e.describe(server))
        : failure(what, e, "cannot connect to " + server + ": " + outage.describe());
  }

  private static TokenStoreException failure(String what, RedisFailure e, String why) {
    return new TokenStoreException("cannot " + what + ": " + why, e);
  }
}
