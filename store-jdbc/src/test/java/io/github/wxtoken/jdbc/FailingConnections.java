package io.github.wxtoken.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A user's data source: plain connections to a URL, which a test can tamper with. */
final class FailingConnections {

  /** Changes a connection before the store gets it. */
  interface Change {
    Connection apply(Connection connection) throws SQLException;
  }

  private FailingConnections() {}

  static DataSource dataSource(String url, Change change) {
    return proxy(
        DataSource.class,
        (self, method, arguments) -> {
          if (method.getName().equals("getConnection")) {
            return change.apply(Servers.connect(url));
          }
          throw new UnsupportedOperationException(method.getName());
        });
  }

  static DataSource dataSource(String url) {
    return dataSource(url, connection -> connection);
  }

  /** Makes a method of prepared statements fail, as often as the test says. */
  static Connection failing(Connection connection, Failure failure) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          if (method.getName().equals("prepareStatement")) {
            SQLException e = failure.of((String) arguments[0]);
            if (e != null) {
              throw e;
            }
          }
          try {
            return method.invoke(connection, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  /** Decides whether a statement fails. */
  interface Failure {
    @org.jspecify.annotations.Nullable
    SQLException of(String sql);
  }

  private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
