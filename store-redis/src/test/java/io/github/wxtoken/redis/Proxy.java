package io.github.wxtoken.redis;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The way to a server, which can swallow what goes over it, as a peer that is gone does. */
final class Proxy implements Closeable {
  private final ServerSocket listener;
  private volatile int target;
  private final Queue<Link> links = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong answered = new AtomicLong();
  private volatile boolean swallowing;

  /** A connection through here; what is swallowed on it is never told to anyone. */
  private static final class Link {
    final Socket client;
    final Socket server;
    volatile boolean swallowed;
    volatile boolean deaf;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }
  }

  Proxy(String url) throws IOException {
    target = URI.create(url).getPort();
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String url() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  int accepted() {
    return accepted.get();
  }

  /** How many bytes the server has sent. */
  long answered() {
    return answered.get();
  }

  /** Leads new connections to another server; those that are there stay. */
  void leadTo(String url) {
    target = URI.create(url).getPort();
  }

  /** Swallows everything, on connections that are there and on new ones. */
  void swallow() {
    swallowing = true;
    links.forEach(link -> link.swallowed = true);
  }

  /** Swallows what the server answers on the connections that are there. */
  void swallowAnswers() {
    links.forEach(link -> link.deaf = true);
  }

  /** Lets new connections through. Those that were swallowed stay so. */
  void letNewOnesThrough() {
    swallowing = false;
  }

  /** Hangs up on everyone. */
  void hangUp() throws IOException {
    for (Link link = links.poll(); link != null; link = links.poll()) {
      link.client.close();
      link.server.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    hangUp();
  }

  private void accept() throws IOException {
    while (true) {
      Link link = new Link(listener.accept(), new Socket(InetAddress.getLoopbackAddress(), target));
      accepted.incrementAndGet();
      link.swallowed = swallowing;
      links.add(link);
      start(() -> pump(link, link.client, link.server));
      start(() -> pump(link, link.server, link.client));
    }
  }

  private void pump(Link link, Socket from, Socket to) throws IOException {
    byte[] buffer = new byte[8192];
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (from == link.server) {
          answered.addAndGet(count);
        }
        if (!link.swallowed && !(link.deaf && from == link.server)) {
          out.write(buffer, 0, count);
        }
      }
    } finally {
      to.close();
    }
  }

  private interface Loop {
    void run() throws IOException;
  }

  private static void start(Loop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (IOException e) {
                // closed
              }
            },
            "proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
