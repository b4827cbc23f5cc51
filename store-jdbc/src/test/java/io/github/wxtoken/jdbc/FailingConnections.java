package io.github.wxtoken.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;

/** A user's data source: plain connections to a URL, which a test can tamper with. */
final class FailingConnections {

  /** Changes a connection before the store gets it. */
  interface Change {
    Connection apply(Connection connection) throws SQLException;
  }

  private FailingConnections() {}

  static DataSource dataSource(String url, Change change) {
    return from(() -> change.apply(Servers.connect(url)));
  }

  /** The source of a test data source's connections. */
  interface Source {
    Connection get() throws Exception;
  }

  /** A data source that can do nothing else, as a proxy of an application may. */
  static DataSource from(Source source) {
    return from(source, -1);
  }

  /** The same with a login timeout, unless that is negative. */
  static DataSource from(Source source, int loginSeconds) {
    return proxy(
        DataSource.class,
        (self, method, arguments) -> {
          if (loginSeconds >= 0 && method.getName().equals("isWrapperFor")) {
            return false;
          }
          if (loginSeconds >= 0 && method.getName().equals("getLoginTimeout")) {
            return loginSeconds;
          }
          if (method.getName().equals("getConnection")) {
            return source.get();
          }
          throw new UnsupportedOperationException(method.getName());
        });
  }

  /** A connection of a pool, which stays open when it is given back. */
  static Connection unclosable(Connection connection) {
    return changed(
        connection, (method, arguments) -> method.getName().equals("close") ? KEPT : null);
  }

  private static final Object KEPT = new Object();

  /** Answers in place of a method; null lets it run. */
  interface Answer {
    @org.jspecify.annotations.Nullable
    Object of(
        java.lang.reflect.Method method, Object @org.jspecify.annotations.Nullable [] arguments)
        throws Throwable;
  }

  static Connection changed(Connection connection, Answer answer) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          Object answered = answer.of(method, arguments);
          if (answered != null) {
            return answered == KEPT ? null : answered;
          }
          try {
            return method.invoke(connection, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  static DataSource dataSource(String url) {
    return dataSource(url, connection -> connection);
  }

  /** With these the store finds out whether SQLite is in a transaction; no test is about them. */
  private static final Set<String> TRANSACTION_CHECK = Set.of("BEGIN", "ROLLBACK");

  /** Makes a method of prepared statements fail, as often as the test says. */
  static Connection failing(Connection connection, Failure failure) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          if (method.getName().equals("prepareStatement")) {
            String sql = (String) arguments[0];
            SQLException e = TRANSACTION_CHECK.contains(sql) ? null : failure.of(sql);
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
