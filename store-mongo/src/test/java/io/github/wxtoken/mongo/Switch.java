package io.github.wxtoken.mongo;

import com.mongodb.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An address that leads new connections to another server, and keeps those that there are. */
final class Switch implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile ServerAddress server;
  private volatile boolean silent;

  Switch(ServerAddress server) throws IOException {
    this.server = server;
    listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Leads new connections there. */
  void lead(ServerAddress next) {
    server = next;
  }

  /** Forwards nothing any more, and keeps all connections open. */
  void hush() {
    silent = true;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      sockets.add(client);
      if (silent) {
        continue;
      }
      Socket target = new Socket(server.getHost(), server.getPort());
      sockets.add(target);
      start(() -> forward(client, target));
      start(() -> forward(target, client));
    }
  }

  private void forward(Socket from, Socket to) throws IOException {
    byte[] bytes = new byte[16 * 1024];
    try (from;
        to) {
      for (int count = from.getInputStream().read(bytes);
          count > 0;
          count = from.getInputStream().read(bytes)) {
        if (!silent) {
          to.getOutputStream().write(bytes, 0, count);
        }
      }
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void start(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // One side has closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
