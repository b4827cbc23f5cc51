package io.github.wxtoken.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
      "jdbc:mysql://127.0.0.1:%d/bench?user=root&password=bench"
          // Without TLS, the store's own cost is a larger part of a call.
          + "&sslMode=DISABLED&allowPublicKeyRetrieval=true",
      "--port=%d --bind-address=127.0.0.1 --mysqlx=OFF"),
  MARIADB(
      "mariadb:11.8",
      "jdbc:mariadb://127.0.0.1:%d/bench?user=root&password=bench",
      "--port=%d --bind-address=127.0.0.1"),
  POSTGRESQL(
      "postgres:18",
      "jdbc:postgresql://127.0.0.1:%d/bench?user=postgres&password=bench&sslmode=disable",
      "postgres -p %d -c listen_addresses=127.0.0.1"),
  REDIS("redis:8", "redis://127.0.0.1:%d", "redis-server --port %d --bind 127.0.0.1"),
  MONGODB("mongo:7.0", "mongodb://127.0.0.1:%d/bench", "mongod");

  final String tag;
  private final String url;
  private final String command;

  Image(String tag, String url, String command) {
    this.tag = tag;
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
            .withEnv(environment())
            .withCommand(with(command, port))
            .waitingFor(new Listens(port))
            .withStartupTimeout(Duration.ofMinutes(2));
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

  /** Returns the password and the database for the image's entry point. */
  private Map<String, String> environment() {
    return switch (this) {
      case MYSQL, MARIADB ->
          Map.of(name() + "_ROOT_PASSWORD", "bench", name() + "_DATABASE", "bench");
      case POSTGRESQL -> Map.of("POSTGRES_PASSWORD", "bench", "POSTGRES_DB", "bench");
      case REDIS, MONGODB -> Map.of();
    };
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
