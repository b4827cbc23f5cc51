package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.StoreOptions;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HikariCP reads these of our settings, and the drivers obey the timeouts. */
class HikariTimeoutsTest {
  @RegisterExtension static final TestServer MYSQL = Servers.MYSQL;
  @RegisterExtension static final TestServer MARIADB = Servers.MARIADB;

  /**
   * HikariCP looks for the word mysql in the URL, and then sets network timeouts on the calling
   * thread. Connector/J 8 sets them on whatever thread the executor has, in any order.
   */
  @Test
  void hikariSetsNetworkTimeoutsOnTheCallingThread() throws Exception {
    Map<Thread, Thread> setters = new ConcurrentHashMap<>();
    RetryingDataSource source =
        new RetryingDataSource(
            greeting -> connection(setters), new MysqlDialect(), Duration.ofSeconds(1));

    try (HikariDataSource pool = new HikariDataSource(Pool.settings(source, 1, 1_000))) {
      pool.getConnection().close();
    }

    assertThat(setters).isNotEmpty().allSatisfy((caller, ran) -> assertThat(ran).isSameAs(caller));
  }

  /** A connection that notes which thread asks for a timeout, and which one runs the task. */
  private static Connection connection(Map<Thread, Thread> setters) {
    return (Connection)
        Proxy.newProxyInstance(
            HikariTimeoutsTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("setNetworkTimeout")) {
                Thread caller = Thread.currentThread();
                CountDownLatch done = new CountDownLatch(1);
                ((Executor) arguments[0])
                    .execute(
                        () -> {
                          setters.put(caller, Thread.currentThread());
                          done.countDown();
                        });
                done.await();
              }
              Class<?> type = method.getReturnType();
              return type == boolean.class
                  ? (Object) !method.getName().equals("isClosed")
                  : type == int.class ? (Object) 1 : null;
            });
  }

  /** The wait for the greeting is longer, and must not stay in force. */
  @Test
  void aConnectionWaitsForAnAnswerForTheTimeoutOfTheStore() throws Exception {
    for (TestServer server : new TestServer[] {MYSQL, MARIADB}) {
      try (Pool pool = open(server)) {
        for (int i = 0; i < 2; i++) {
          try (Handle handle = pool.open(1_000)) {
            Connection connection = handle.getConnection();
            assertThat(connection.getNetworkTimeout()).isEqualTo(2_000);
            pool.discard(connection);
          }
        }
      }
    }
  }

  private static Pool open(TestServer server) throws Exception {
    return Pool.open(
        Servers.database(server, "timeouts"),
        1,
        Duration.ofSeconds(2),
        false,
        new StoreOptions(Map.of()));
  }
}
