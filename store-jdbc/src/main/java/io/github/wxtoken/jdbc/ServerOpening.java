package io.github.wxtoken.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to a server by its driver.
 *
 * <p>A paused server accepts connections and sends nothing. MySQL then counts each connection that
 * we give up as a connect error of our host, and it blocks the host after 100 of them (error 1129).
 * Therefore the wait for the greeting has a limit of its own, longer than that of a statement.
 */
final class ServerOpening implements RetryingDataSource.Opening {
  private static final String STATEMENT_TIMEOUT = "socketTimeout";

  private final Driver driver;
  private final JdbcUrl url;
  private final Properties properties = new Properties();
  private final String greetingTimeout;
  private final long unit;

  /**
   * Prepares connections.
   *
   * @param url the URL of the application
   * @param parameters its parameters and ours
   * @param scheme names the driver's option that limits the wait for the greeting; it is ours
   *     unless the URL names it
   */
  ServerOpening(Driver driver, JdbcUrl url, Map<String, String> parameters, Scheme scheme) {
    this.driver = driver;
    this.url = url;
    this.properties.putAll(parameters);
    this.greetingTimeout = scheme.greetingTimeout;
    this.unit = scheme.dialect.timeoutUnitMillis();
  }

  @Override
  public @Nullable Connection open(long greetingMillis) throws SQLException {
    if (url.parameters().containsKey(greetingTimeout)) {
      return driver.connect(url.address(), properties);
    }
    Properties patient = (Properties) properties.clone();
    patient.setProperty(greetingTimeout, String.valueOf((greetingMillis + unit - 1) / unit));
    Connection connection = driver.connect(url.address(), patient);
    if (connection != null && greetingTimeout.equals(STATEMENT_TIMEOUT)) {
      limitStatements(connection);
    }
    return connection;
  }

  private void limitStatements(Connection connection) throws SQLException {
    try {
      long millis = Long.parseLong(properties.getProperty(STATEMENT_TIMEOUT)) * unit;
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(millis));
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
