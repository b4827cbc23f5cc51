package io.github.wxtoken.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Waits until a server lets us in: images differ in what they log, and where. */
final class AnswersQueries extends AbstractWaitStrategy {
  private final String role;
  private final int port;
  private final int exposed;
  private final BiFunction<String, Integer, String> url;

  /** Asks at the port that the engine publishes. */
  AnswersQueries(String role) {
    this(role, 0);
  }

  /** Asks at this port of the host. */
  AnswersQueries(String role, int port) {
    this(role, port, 3306, url(role));
  }

  /**
   * Asks at the port that the engine publishes for another one.
   *
   * @param exposed the port in the container
   * @param url returns a URL with short timeouts for a host and a port
   */
  AnswersQueries(String role, int exposed, BiFunction<String, Integer, String> url) {
    this(role, 0, exposed, url);
  }

  private AnswersQueries(
      String role, int port, int exposed, BiFunction<String, Integer, String> url) {
    this.role = role;
    this.port = port;
    this.exposed = exposed;
    this.url = url;
  }

  private static BiFunction<String, Integer, String> url(String role) {
    return (host, port) ->
        Servers.withDatabase(Servers.containerUrl(role, host, port), "")
            + "&connectTimeout=2000&socketTimeout=2000";
  }

  @Override
  protected void waitUntilReady() {
    int published = port == 0 ? waitStrategyTarget.getMappedPort(exposed) : port;
    String asked = url.apply(waitStrategyTarget.getHost(), published);
    long end = System.nanoTime() + startupTimeout.toNanos();
    while (!answers(asked)) {
      if (System.nanoTime() > end) {
        throw new ContainerLaunchException(role + " does not answer");
      }
      LockSupport.parkNanos(200_000_000);
    }
  }

  private static boolean answers(String url) {
    try (Connection connection = Servers.connect(url)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }
}
