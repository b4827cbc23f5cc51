package io.github.wxtoken.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A port of 127.0.0.1 that leads to one server after another, or to none: then it accepts and is
 * silent, as a paused server is. Established connections stay where they lead. Thread-safe.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final Object lock = new Object();
  private @Nullable InetSocketAddress server;
  private byte @Nullable [] answer;
  private volatile boolean frozen;

  Relay(@Nullable InetSocketAddress server) throws IOException {
    this(server, 0);
  }

  Relay(@Nullable InetSocketAddress server, int port) throws IOException {
    this.server = server;
    listener = new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Leads new connections, and those that nobody has answered yet, to this server. */
  void lead(InetSocketAddress to) {
    synchronized (lock) {
      server = to;
      answer = null;
      lock.notifyAll();
    }
  }

  /** Accepts new connections and is silent. */
  void fallSilent() {
    synchronized (lock) {
      server = null;
    }
  }

  /** Accepts new connections and is silent, and so are the established ones from now on. */
  void freeze() {
    frozen = true;
    fallSilent();
  }

  /** Answers new connections with these bytes and closes them. */
  void answer(byte[] bytes) {
    synchronized (lock) {
      answer = bytes;
      lock.notifyAll();
    }
  }

  int accepted() {
    return accepted.get();
  }

  /** How many connections their clients closed before they had an answer. */
  int abandoned() {
    return abandoned.get();
  }

  /** Closes all connections; new ones are still accepted. */
  void cut() {
    open.forEach(Relay::closeQuietly);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    synchronized (lock) {
      lock.notifyAll();
    }
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        accepted.incrementAndGet();
        open.add(client);
        start(() -> serve(client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setSoTimeout(20);
      InetSocketAddress to = awaitServer(client);
      if (to == null) {
        return;
      }
      client.setSoTimeout(0);
      try (Socket upstream = new Socket(to.getHostString(), to.getPort())) {
        open.add(upstream);
        upstream.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        Thread back = start(() -> pump(upstream, client));
        pump(client, upstream);
        back.join();
        open.remove(upstream);
      }
    } catch (IOException e) {
      // closed by either side
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  /** Null if the client closes first, or was answered here. */
  private @Nullable InetSocketAddress awaitServer(Socket client) throws IOException {
    while (!listener.isClosed()) {
      synchronized (lock) {
        if (answer != null) {
          client.getOutputStream().write(answer);
          return null;
        }
        if (server != null) {
          return server;
        }
      }
      try {
        // A client of MySQL says nothing before the server does, so this is its end.
        if (client.getInputStream().read() < 0) {
          abandoned.incrementAndGet();
          return null;
        }
      } catch (java.net.SocketTimeoutException e) {
        // still waiting
      } catch (IOException e) {
        abandoned.incrementAndGet();
        throw e;
      }
    }
    return null;
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count; (count = in.read(bytes)) >= 0; ) {
        if (!frozen) {
          out.write(bytes, 0, count);
        }
      }
    } catch (IOException e) {
      // closed by either side
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // closed in either case
    }
  }
}
