package io.github.wxtoken.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A port of 127.0.0.1 that leads to a server, through a network with faults. It has one fault at a
 * time, for established connections and for new ones; it can lead new connections to another server
 * or to none, and discard their data. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(20);

  /** The result of {@link #readOrWait} if there is no byte. */
  private static final int CLOSED = -1;

  private static final int NOTHING = -2;

  private final ServerSocket listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final AtomicLong answered = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable InetSocketAddress server;
  private byte @Nullable [] answer;
  private Fault fault = new Fault(Kind.NONE, 0);
  private boolean closed;
  private volatile boolean swallowing;

  /** The fault, and its size in nanoseconds or bytes per second. */
  private record Fault(Kind kind, long amount) {}

  private enum Kind {
    NONE,
    DELAY,
    THROTTLE,
    HALF_OPEN,
    CUT,
    RESET
  }

  /**
   * Listens for connections to a server, without a fault.
   *
   * @param server the server, or null to keep connections waiting until {@link #lead}
   * @throws IOException if there is no port
   */
  public TcpProxy(@Nullable InetSocketAddress server) throws IOException {
    this(server, 0);
  }

  /**
   * Listens on a given port.
   *
   * @param server the server, or null to keep connections waiting until {@link #lead}
   * @param port the port, or 0 for any
   * @throws IOException if the port is in use
   */
  public TcpProxy(@Nullable InetSocketAddress server, int port) throws IOException {
    this.server = server;
    listener = new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  /**
   * Returns the port.
   *
   * @return the port of 127.0.0.1
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Returns how many connections clients have made.
   *
   * @return their number
   */
  public int accepted() {
    return accepted.get();
  }

  /**
   * Returns how many connections their clients closed before there was a server for them.
   *
   * @return their number; connections on which a client spoke first do not count
   */
  public int abandoned() {
    return abandoned.get();
  }

  /**
   * Returns the number of bytes that the server has sent.
   *
   * @return the number of bytes, including those that were discarded
   */
  public long answered() {
    return answered.get();
  }

  /**
   * Leads new connections, and those that wait, to a server. Established connections stay.
   *
   * @param to the server
   */
  public void lead(InetSocketAddress to) {
    change(
        () -> {
          server = to;
          answer = null;
        });
  }

  /** Accepts new connections and keeps them waiting. Established connections continue. */
  public void leadNowhere() {
    change(() -> server = null);
  }

  /**
   * Answers new connections, and those that wait, with some bytes and closes them.
   *
   * @param bytes the answer
   */
  public void answer(byte[] bytes) {
    change(() -> answer = bytes);
  }

  /** Discards everything from now on, on established connections and on new ones. */
  public void swallow() {
    swallowing = true;
    connections.forEach(connection -> connection.swallowed = true);
  }

  /** Discards what the server sends on the established connections. */
  public void swallowAnswers() {
    connections.forEach(connection -> connection.deaf = true);
  }

  /** Lets new connections through. Connections that were swallowed stay so. */
  public void letNewOnesThrough() {
    swallowing = false;
  }

  /** Closes all connections; new ones are accepted. */
  public void hangUp() {
    connections.forEach(Connection::close);
  }

  /** Ends the fault. Held bytes are forwarded. */
  public void pass() {
    set(Kind.NONE, 0);
  }

  /**
   * Delays everything.
   *
   * @param time the delay
   */
  public void delay(Duration time) {
    set(Kind.DELAY, time.toNanos());
  }

  /**
   * Limits the rate of each direction of each connection.
   *
   * @param bytesPerSecond the rate
   */
  public void throttle(int bytesPerSecond) {
    set(Kind.THROTTLE, bytesPerSecond);
  }

  /** Accepts and keeps connections, and forwards nothing until the fault ends. */
  public void halfOpen() {
    set(Kind.HALF_OPEN, 0);
  }

  /** Closes connections in an orderly way, new ones at once. */
  public void cut() {
    set(Kind.CUT, 0);
    connections.forEach(Connection::close);
  }

  /** Resets connections, new ones at once. */
  public void reset() {
    set(Kind.RESET, 0);
    connections.forEach(Connection::reset);
  }

  private void set(Kind kind, long amount) {
    change(() -> fault = new Fault(kind, amount));
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Fault fault() {
    lock.lock();
    try {
      return fault;
    } finally {
      lock.unlock();
    }
  }

  /** Closes all connections and frees the port. */
  @Override
  public void close() throws IOException {
    change(() -> closed = true);
    listener.close();
    connections.forEach(Connection::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        accepted.incrementAndGet();
        start("connect", () -> connect(client));
      } catch (IOException e) {
        // Closed, which ends the loop, or a client that has already closed its connection.
      }
    }
  }

  private void connect(Socket client) {
    Socket upstream = new Socket();
    Connection connection = new Connection(client, upstream);
    connections.add(connection);
    // Only after the connection is registered: then a fault that is set now applies to it.
    if (swallowing) {
      connection.swallowed = true;
    }
    try {
      refuseIfBroken(connection);
      InetSocketAddress to = awaitServer(connection);
      if (to == null) {
        connection.close();
        return;
      }
      // Resolved here: drivers pass unresolved addresses.
      upstream.connect(
          new InetSocketAddress(to.getHostString(), to.getPort()),
          Math.toIntExact(CONNECT.toMillis()));
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      if (connection.first != NOTHING && connection.carries(false)) {
        upstream.getOutputStream().write(connection.first);
      }
      start("there", () -> pump(connection, client, upstream, false));
      start("back", () -> pump(connection, upstream, client, true));
    } catch (IOException e) {
      connection.close();
    }
  }

  private void refuseIfBroken(Connection connection) throws IOException {
    switch (fault().kind()) {
      case CUT -> throw new IOException("cut");
      case RESET -> {
        connection.reset();
        throw new IOException("reset");
      }
      default -> {
        // may live
      }
    }
  }

  /** Returns null if the client was answered here, or closed the connection first. */
  private @Nullable InetSocketAddress awaitServer(Connection connection) throws IOException {
    Socket client = connection.client;
    client.setSoTimeout(Math.toIntExact(POLL.toMillis()));
    while (true) {
      lock.lock();
      try {
        if (closed) {
          throw new IOException("closed");
        }
        if (answer != null) {
          client.getOutputStream().write(answer);
          return null;
        }
        if (server != null && fault.kind() != Kind.HALF_OPEN) {
          client.setSoTimeout(0);
          return server;
        }
        if (connection.first != NOTHING) {
          long unused = changed.awaitNanos(POLL.toNanos());
          continue;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        lock.unlock();
      }
      connection.first = readOrWait(client);
      if (connection.first == CLOSED) {
        abandoned.incrementAndGet();
        return null;
      }
    }
  }

  /** Reads one byte: only so a client that closes the connection is noticed. */
  private static int readOrWait(Socket client) {
    try {
      return client.getInputStream().read();
    } catch (SocketTimeoutException e) {
      return NOTHING;
    } catch (IOException e) {
      return CLOSED;
    }
  }

  private void pump(Connection connection, Socket from, Socket to, boolean isAnswer) {
    byte[] bytes = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count; (count = in.read(bytes, 0, chunk())) >= 0; ) {
        if (isAnswer) {
          answered.addAndGet(count);
        }
        hold(count);
        if (connection.carries(isAnswer)) {
          out.write(bytes, 0, count);
        }
      }
      awaitHalfOpen();
      to.shutdownOutput(); // The other direction may continue.
    } catch (IOException e) {
      connection.close();
    }
    connection.pumpEnded();
  }

  /**
   * Returns how many bytes to read at once: for a slow connection, at most those of a tenth of a
   * second.
   */
  private int chunk() {
    Fault now = fault();
    return now.kind() == Kind.THROTTLE
        ? (int) Math.max(1, Math.min(CHUNK, now.amount() / 10))
        : CHUNK;
  }

  /** Holds bytes for as long as the fault demands. */
  private void hold(int bytes) throws IOException {
    Fault now = fault();
    long nanos =
        switch (now.kind()) {
          case DELAY -> now.amount();
          case THROTTLE -> TimeUnit.SECONDS.toNanos(bytes) / now.amount();
          default -> 0;
        };
    await(now, nanos);
    awaitHalfOpen();
  }

  private void awaitHalfOpen() throws IOException {
    for (Fault now = fault(); now.kind() == Kind.HALF_OPEN; now = fault()) {
      await(now, Long.MAX_VALUE);
    }
  }

  /** Waits for this time, or for less if the fault ends. */
  private void await(Fault now, long nanos) throws IOException {
    lock.lock();
    try {
      for (long left = nanos; left > 0 && fault.equals(now) && !closed; ) {
        left = changed.awaitNanos(left);
      }
      if (closed) {
        throw new IOException("closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private final class Connection {
    private final Socket client;
    private final Socket upstream;
    private final AtomicInteger pumps = new AtomicInteger(2);

    /** The first byte of a client that sent it before there was a server for it. */
    private int first = NOTHING;

    volatile boolean swallowed;
    volatile boolean deaf;

    Connection(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    boolean carries(boolean isAnswer) {
      return !swallowed && !(deaf && isAnswer);
    }

    void pumpEnded() {
      if (pumps.decrementAndGet() == 0) {
        close();
      }
    }

    void reset() {
      try {
        client.setSoLinger(true, 0); // Closing then sends RST.
        upstream.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
      }
      close();
    }

    void close() {
      connections.remove(this);
      closeQuietly(client);
      closeQuietly(upstream);
    }

    private void closeQuietly(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closed in either case.
      }
    }
  }
}
