package io.github.wxtoken.boot;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

/** Waits until a database accepts a login. Images differ in what they log. */
final class AcceptsLogins extends AbstractWaitStrategy {
  private final Function<WaitStrategyTarget, String> url;

  AcceptsLogins(Function<WaitStrategyTarget, String> url) {
    this.url = url;
  }

  @Override
  protected void waitUntilReady() {
    String jdbc = url.apply(waitStrategyTarget) + "&connectTimeout=2000&socketTimeout=2000";
    long end = System.nanoTime() + startupTimeout.toNanos();
    while (!accepts(jdbc)) {
      if (System.nanoTime() - end > 0) {
        throw new ContainerLaunchException("the database accepts no login");
      }
      LockSupport.parkNanos(200_000_000);
    }
  }

  private static boolean accepts(String jdbc) {
    try (Connection connection = DriverManager.getConnection(jdbc)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }
}
