package io.github.wxtoken.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.rnorth.ducttape.unreliables.Unreliables;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * A server in a container on the host's network: a published port passes through the engine's
 * proxy, which costs more than the measured operation. The servers use their default settings, so
 * that writes are as durable as by default.
 */
enum Image {
  MYSQL(
      "mysql:9.7",
      "MYSQL_ROOT_PASSWORD MYSQL_DATABASE",
      "jdbc:mysql://127.0.0.1:%d/bench?user=root&password=bench"
          // Without TLS, the store's own cost is a larger part of a call.
          + "&sslMode=DISABLED&allowPublicKeyRetrieval=true",
      "--port=%d --bind-address=127.0.0.1 --mysqlx=OFF"),
  MARIADB(
      "mariadb:11.8",
      "MARIADB_ROOT_PASSWORD MARIADB_DATABASE",
      "jdbc:mariadb://127.0.0.1:%d/bench?user=root&password=bench",
      "--port=%d --bind-address=127.0.0.1"),
  POSTGRESQL(
      "postgres:18",
      "POSTGRES_PASSWORD POSTGRES_DB",
      "jdbc:postgresql://127.0.0.1:%d/bench?user=postgres&password=bench&sslmode=disable",
      "postgres -p %d -c listen_addresses=127.0.0.1"),
  REDIS("redis:8", "", "redis://127.0.0.1:%d", "redis-server --port %d --bind 127.0.0.1"),
  MONGODB("mongo:7.0", "", "mongodb://127.0.0.1:%d/bench", "mongod");

  final String tag;

  /** The variables that are {@code bench}, the password and the database, with blanks between. */
  private final String environment;

  private final String url;
  private final String command;

  Image(String tag, String environment, String url, String command) {
    this.tag = tag;
    this.environment = environment;
    this.url = url;
    this.command = command;
  }

  /** A container that runs until it is closed. */
  record Running(GenericContainer<?> container, String url) implements AutoCloseable {
    @Override
    public void close() {
      container.stop();
    }
  }

  /**
   * Starts it.
   *
   * @throws IOException if its port is taken
   */
  Running start() throws IOException {
    int port = port();
    GenericContainer<?> container =
        new GenericContainer<>(tag)
            .withNetworkMode("host")
            .withCommand(with(command, port))
            .waitingFor(new Listens(port))
            .withStartupTimeout(Duration.ofMinutes(2));
    Stream.of(environment.split(" "))
        .filter(variable -> !variable.isEmpty())
        .forEach(variable -> container.addEnv(variable, "bench"));
    container.start();
    return new Running(container, with(url, port));
  }

  /**
   * Waits until the server listens, which it does when it is ready. Testcontainers can do this for
   * published ports only.
   */
  private static final class Listens extends AbstractWaitStrategy {
    private final int port;

    Listens(int port) {
      this.port = port;
    }

    @Override
    protected void waitUntilReady() {
      Unreliables.retryUntilSuccess(
          (int) startupTimeout.toSeconds(),
          TimeUnit.SECONDS,
          () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
              return socket.isConnected();
            }
          });
    }
  }

  private static String with(String text, int port) {
    return text.replace("%d", String.valueOf(port));
  }

  /** Returns a free port, unless the image of MongoDB has a fixed one. */
  private int port() throws IOException {
    int wanted = this == MONGODB ? 27_017 : 0;
    try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
