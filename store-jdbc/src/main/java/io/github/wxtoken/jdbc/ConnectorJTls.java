package io.github.wxtoken.jdbc;

import io.github.wxtoken.jdbc.Tls.Mode;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The TLS options of MySQL Connector/J from 8.0.33 on. */
final class ConnectorJTls implements TlsOptions {

  @Override
  public String option() {
    return "sslMode";
  }

  @Override
  public Map<String, Mode> modes() {
    return Map.of(
        "DISABLED", Mode.PLAINTEXT,
        // Falls back to plaintext if the server offers no TLS.
        "PREFERRED", Mode.PLAINTEXT,
        "REQUIRED", Mode.UNVERIFIED,
        "VERIFY_CA", Mode.UNVERIFIED,
        "VERIFY_IDENTITY", Mode.VERIFIED);
  }

  @Override
  public String verified() {
    return "VERIFY_IDENTITY";
  }

  @Override
  public List<Older> older() {
    return List.of(
        new Older("useSSL", false, "DISABLED"),
        new Older("verifyServerCertificate", false, "REQUIRED"),
        new Older("verifyServerCertificate", true, "VERIFY_CA"),
        new Older("requireSSL", true, "REQUIRED"),
        new Older("requireSSL", false, null),
        new Older("useSSL", true, null));
  }

  @Override
  public Set<String> others() {
    return Set.of(
        "trustCertificateKeyStoreUrl",
        "trustCertificateKeyStoreType",
        "trustCertificateKeyStorePassword",
        "fallbackToSystemTrustStore");
  }

  @Override
  public Set<String> refused() {
    return Set.of(
        "socketFactory",
        "socksProxyHost",
        "namedPipePath",
        "dnsSrv",
        "propertiesTransform",
        "useConfigs");
  }

  @Override
  public boolean isSocketFile(Map<String, String> parameters) {
    return false;
  }

  /** Requires a driver that knows the mode: a release before 8.0.13 ignores it. */
  @Override
  public void complete(Map<String, String> parameters, @Nullable Mode mode, Driver driver) {
    try {
      if (mode != null
          && Stream.of(driver.getPropertyInfo("jdbc:mysql://localhost/", new Properties()))
              .noneMatch(property -> property.name.equals(option()))) {
        throw new IllegalArgumentException(
            "mysql-connector-j on the class path is too old to know sslMode: use 8.0.33 or later");
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "mysql-connector-j on the class path does not tell its options: use 8.0.33 or later");
    }
  }
}
