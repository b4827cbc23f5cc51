package io.github.wxtoken.jdbc;

import com.google.errorprone.annotations.Immutable;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sets a mode of TLS by the properties of a driver. */
@Immutable
interface TlsSetting {

  /**
   * Sets a mode.
   *
   * @param mode the mode; null if the URL names none and plaintext is no risk, or allowed
   * @param parameters the properties for the driver; the map ignores the case of names
   * @param driver the driver that will connect
   * @throws IllegalArgumentException if the driver cannot do that
   */
  void set(@Nullable TlsMode mode, Map<String, String> parameters, Driver driver);

  /** Sets a mode of Connector/J, which without one uses TLS if the server offers it. */
  static void ofConnectorJ(@Nullable TlsMode mode, Map<String, String> parameters, Driver driver) {
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
