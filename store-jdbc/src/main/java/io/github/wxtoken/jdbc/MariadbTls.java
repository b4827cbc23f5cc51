package io.github.wxtoken.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Driver;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets a mode of MariaDB's driver.
 *
 * <p>By itself the driver also accepts a certificate that no authority has signed, and verifies the
 * server by its answer to the login. A machine in between has forwarded the login by then. The
 * driver does not do so for certificates that {@code serverSslCert} names, from 3.5.7 on. Therefore
 * that option always names the certificates: those of the URL, or those that the JVM trusts.
 */
final class MariadbTls implements MysqlTls {
  private static final String CERTIFICATES = "serverSslCert";

  /** The releases that verify by {@code serverSslCert} in any case. */
  private static final Pattern VERIFYING =
      Pattern.compile("3\\.5\\.([7-9]|\\d\\d+).*|3\\.([6-9]|\\d\\d+)\\..*|([4-9]|\\d\\d+)\\..*");

  @Override
  public boolean isSocketFile(Map<String, String> parameters) {
    return parameters.containsKey("localSocket");
  }

  @Override
  public void set(@Nullable TlsMode mode, Map<String, String> parameters, Driver driver) {
    // Driver 4 uses TLS unless told otherwise, and driver 3 does not.
    TlsMode set = mode == null ? TlsMode.DISABLED : mode;
    parameters.put(TlsMode.OPTION, set.ofMariadb);
    if (set == TlsMode.VERIFY_IDENTITY) {
      requireVerifies(driver);
    } else if (!"false".equals(parameters.getOrDefault("permitRedirect", "false"))) {
      throw new IllegalArgumentException(
          "url must not have permitRedirect without sslMode=verify-full: the server could lead"
              + " connections to any machine");
    } else {
      parameters.put("permitRedirect", "false");
    }
    if (!set.mayBePlaintext()) {
      nameCertificates(parameters);
    }
  }

  private static void nameCertificates(Map<String, String> parameters) {
    String store = remove(parameters, "trustStore", "trustCertificateKeyStoreUrl");
    String type = remove(parameters, "trustStoreType", "trustCertificateKeyStoreType");
    String password = remove(parameters, "trustStorePassword", "trustCertificateKeyStorePassword");
    if (store != null && parameters.containsKey(CERTIFICATES)) {
      throw new IllegalArgumentException(
          "url must not have both trustStore and serverSslCert: keep the one that has the"
              + " certificates to trust");
    }
    parameters.computeIfAbsent(
        CERTIFICATES,
        name ->
            store == null
                ? TrustedCertificates.ofJvm()
                : TrustedCertificates.of(store, type, password));
    parameters.put("fallbackToSystemTrustStore", "false");
  }

  private static @Nullable String remove(
      Map<String, String> parameters, String name, String alias) {
    String value = parameters.remove(name);
    String other = parameters.remove(alias);
    return value == null ? other : value;
  }

  private static void requireVerifies(Driver driver) {
    String version = version(driver);
    if (!VERIFYING.matcher(version).matches()) {
      throw new IllegalArgumentException(
          "mariadb-java-client "
              + version
              + " accepts self-signed certificates, whatever the URL says: use 3.5.7 or later, or"
              + " accept that with sslMode=trust, which is warned of");
    }
  }

  /** Returns the version, whose third part is not in the methods of {@link Driver}. */
  private static String version(Driver driver) {
    Properties properties = new Properties();
    try (InputStream in = driver.getClass().getResourceAsStream("/mariadb.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // The third part stays unknown, and counts as too old.
    }
    return properties.getProperty(
        "version", driver.getMajorVersion() + "." + driver.getMinorVersion() + ".?");
  }
}
