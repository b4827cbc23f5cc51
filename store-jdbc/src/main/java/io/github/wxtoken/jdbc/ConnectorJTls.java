package io.github.wxtoken.jdbc;

import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sets a mode of Connector/J, which without one uses TLS if the server offers it. */
final class ConnectorJTls implements MysqlTls {
  @Override
  public void set(@Nullable TlsMode mode, Map<String, String> parameters, Driver driver) {
    if (mode == null) {
      return;
    }
    try {
      if (Stream.of(driver.getPropertyInfo("jdbc:mysql://localhost/", new Properties()))
          .anyMatch(property -> property.name.equals(TlsMode.OPTION))) {
        parameters.put(TlsMode.OPTION, mode.name());
        return;
      }
    } catch (SQLException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "mysql-connector-j on the class path does not know sslMode, so it would ignore it: use"
            + " 8.0.33 or later");
  }
}
