package io.github.wxtoken.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between a store and its server, on a port of 127.0.0.1, that has one fault at a time:
 * for the connections that are there and for those that come. Thread-safe.
 */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Fault fault = new Fault(Kind.NONE, 0);
  private boolean closed;

  /** What is wrong, and by how many nanoseconds or bytes per second. */
  private record Fault(Kind kind, long amount) {}

  private enum Kind {
    NONE,
    DELAY,
    THROTTLE,
    HALF_OPEN,
    CUT,
    RESET
  }

  /** Listens for connections to this server; nothing is wrong yet. */
  TcpProxy(InetSocketAddress server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Ends the fault. What was held back goes on. */
  void pass() {
    set(new Fault(Kind.NONE, 0));
  }

  /** Everything arrives so much later. */
  void delay(Duration time) {
    set(new Fault(Kind.DELAY, time.toNanos()));
  }

  /** Each direction of each connection carries so many bytes in a second. */
  void throttle(int bytesPerSecond) {
    set(new Fault(Kind.THROTTLE, bytesPerSecond));
  }

  /** Connections are accepted and kept, and nothing is forwarded. */
  void halfOpen() {
    set(new Fault(Kind.HALF_OPEN, 0));
  }

  /** Connections are closed in good order, new ones at once. */
  void cut() {
    set(new Fault(Kind.CUT, 0));
    connections.forEach(Connection::close);
  }

  /** Connections are reset, new ones at once. */
  void reset() {
    set(new Fault(Kind.RESET, 0));
    connections.forEach(Connection::reset);
  }

  private void set(Fault next) {
    lock.lock();
    try {
      fault = next;
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
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    listener.close();
    connections.forEach(Connection::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        start("connect", () -> connect(client));
      } catch (IOException e) {
        // closed, which ends the loop, or a client that has gone already
      }
    }
  }

  private void connect(Socket client) {
    Socket upstream = new Socket();
    Connection connection = new Connection(client, upstream);
    connections.add(connection);
    try {
      refuseIfBroken(connection);
      awaitHalfOpen();
      upstream.connect(server, Math.toIntExact(CONNECT.toMillis()));
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
    } catch (IOException e) {
      connection.close();
      return;
    }
    start("there", () -> pump(connection, client, upstream));
    start("back", () -> pump(connection, upstream, client));
  }

  /** After the connection is known: a fault that is set now finds it, or is found by it. */
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

  private void pump(Connection connection, Socket from, Socket to) {
    byte[] bytes = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count; (count = in.read(bytes, 0, chunk())) >= 0; ) {
        hold(count);
        out.write(bytes, 0, count);
      }
      awaitHalfOpen();
      to.shutdownOutput(); // the other direction may go on
    } catch (IOException e) {
      connection.close();
    }
    connection.pumpEnded();
  }

  /** How much to take at once: of a slow line no more than it carries in a tenth of a second. */
  private int chunk() {
    Fault now = fault();
    return now.kind() == Kind.THROTTLE
        ? (int) Math.max(1, Math.min(CHUNK, now.amount() / 10))
        : CHUNK;
  }

  /** Holds bytes back for as long as the fault wants. */
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

  /** Waits for so long, or for less if the fault ends. */
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
    private int pumps = 2;

    Connection(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    synchronized void pumpEnded() {
      if (--pumps == 0) {
        close();
      }
    }

    void reset() {
      try {
        client.setSoLinger(true, 0); // then closing sends RST
        upstream.setSoLinger(true, 0);
      } catch (IOException e) {
        // closed already
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
        // gone is gone
      }
    }
  }
}
