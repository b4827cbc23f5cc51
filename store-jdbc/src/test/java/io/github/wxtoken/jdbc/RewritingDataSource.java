package io.github.wxtoken.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A user's pool of connections, which prepare other SQL than they are given. */
final class RewritingDataSource {
  private RewritingDataSource() {}

  /** Makes a pool that is open until the JVM exits. */
  static DataSource to(String url, UnaryOperator<String> rewriter) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(4);
    HikariDataSource pool = new HikariDataSource(config);
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object result = invoke(pool, method, arguments);
          return result instanceof Connection connection ? rewriting(connection, rewriter) : result;
        });
  }

  private static Connection rewriting(Connection connection, UnaryOperator<String> rewriter) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (method.getName().equals("prepareStatement")) {
            arguments[0] = rewriter.apply((String) arguments[0]);
          }
          return invoke(connection, method, arguments);
        });
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> handler.handle(method, arguments)));
  }
}
