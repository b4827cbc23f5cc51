package io.github.wxtoken.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Waits until a server lets us in: images differ in what they log, and where. */
final class AnswersQueries extends AbstractWaitStrategy {
  private final String role;
  private final int port;

  /** Asks at the port that the engine publishes. */
  AnswersQueries(String role) {
    this(role, 0);
  }

  /** Asks at this port of the host. */
  AnswersQueries(String role, int port) {
    this.role = role;
    this.port = port;
  }

  @Override
  protected void waitUntilReady() {
    int published = port == 0 ? waitStrategyTarget.getMappedPort(3306) : port;
    String url =
        Servers.withDatabase(
            Servers.containerUrl(role, waitStrategyTarget.getHost(), published), "");
    long end = System.nanoTime() + startupTimeout.toNanos();
    while (!answers(url + "&connectTimeout=2000&socketTimeout=2000")) {
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
