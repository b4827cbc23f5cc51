package io.github.wxtoken.jdbc;

import io.github.wxtoken.jdbc.Tls.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Driver;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The TLS options of MariaDB's driver from 3.5.3 on.
 *
 * <p>By itself the driver also accepts a certificate that no authority has signed, and verifies the
 * server by its answer to the login. A machine in between has forwarded the login by then. The
 * driver does not do so for certificates that {@code serverSslCert} names, from 3.5.7 on. Therefore
 * that option always names the certificates: those of the URL, or those that the JVM trusts.
 */
final class MariadbTls implements TlsOptions {
  private static final String CERTIFICATES = "serverSslCert";
  private static final String REDIRECT = "permitRedirect";

  /** The options of a trust store, each with the name that it has in Connector/J. */
  private static final Map<String, String> TRUST_STORE =
      Map.of(
          "trustStore", "trustCertificateKeyStoreUrl",
          "trustStoreType", "trustCertificateKeyStoreType",
          "trustStorePassword", "trustCertificateKeyStorePassword");

  /** The releases that verify the certificates of {@code serverSslCert} in any case. */
  private static final Pattern VERIFYING =
      Pattern.compile(
          "3\\.5\\.([7-9]|[1-9][0-9]+)|3\\.([6-9]|[1-9][0-9]+)\\..*|([4-9]|[1-9][0-9]+)\\..*");

  @Override
  public String option() {
    return "sslMode";
  }

  @Override
  public Map<String, Mode> modes() {
    Map<String, Mode> modes = new HashMap<>();
    List.of("disable", "DISABLED", "0", "false", "allow")
        .forEach(plain -> modes.put(plain, Mode.PLAINTEXT));
    List.of("trust", "REQUIRED", "verify-ca", "VERIFY_CA")
        .forEach(unverified -> modes.put(unverified, Mode.UNVERIFIED));
    List.of("verify-full", "VERIFY_FULL", "VERIFY_IDENTITY", "1", "true")
        .forEach(verified -> modes.put(verified, Mode.VERIFIED));
    return modes;
  }

  @Override
  public String verified() {
    return "verify-full";
  }

  @Override
  public List<Older> older() {
    return List.of(
        new Older("useSsl", false, "disable"),
        new Older("useSSL", false, "disable"),
        new Older("trustServerCertificate", true, "trust"),
        new Older("disableSslHostnameVerification", true, "verify-ca"),
        new Older("trustServerCertificate", false, null),
        new Older("disableSslHostnameVerification", false, null),
        new Older("useSsl", true, null),
        new Older("useSSL", true, null));
  }

  @Override
  public Set<String> others() {
    Set<String> others = new HashSet<>(TRUST_STORE.keySet());
    others.addAll(TRUST_STORE.values());
    others.addAll(Set.of(CERTIFICATES, "fallbackToSystemTrustStore", REDIRECT));
    return others;
  }

  @Override
  public Set<String> refused() {
    return Set.of("socketFactory", "pipe", "tlsSocketType");
  }

  @Override
  public boolean isSocketFile(Map<String, String> parameters) {
    return parameters.containsKey("localSocket");
  }

  @Override
  public void complete(Map<String, String> parameters, @Nullable Mode mode, Driver driver) {
    if (mode == Mode.VERIFIED) {
      requireVerifies(driver);
    } else {
      forbidRedirects(parameters);
    }
    // Driver 4 uses TLS unless told otherwise, and driver 3 does not.
    parameters.putIfAbsent(option(), "disable");
    if (mode == Mode.VERIFIED || mode == Mode.UNVERIFIED) {
      nameCertificates(parameters);
    }
  }

  private static void forbidRedirects(Map<String, String> parameters) {
    String named = parameters.put(REDIRECT, "false");
    if (named != null && !named.equals("false") && !named.equals("0")) {
      throw new IllegalArgumentException(
          "url must not have permitRedirect without sslMode=verify-full: the server could lead"
              + " connections to any machine");
    }
  }

  private static void nameCertificates(Map<String, String> parameters) {
    Map<String, String> store = new HashMap<>();
    TRUST_STORE.forEach(
        (name, alias) -> {
          String value = parameters.remove(name);
          String other = parameters.remove(alias);
          if (value != null || other != null) {
            store.put(name, value == null ? other : value);
          }
        });
    String file = store.get("trustStore");
    if (file != null && parameters.containsKey(CERTIFICATES)) {
      throw new IllegalArgumentException(
          "url must not have both trustStore and serverSslCert: keep the one that has the"
              + " certificates to trust");
    }
    if (!parameters.containsKey(CERTIFICATES)) {
      parameters.put(
          CERTIFICATES,
          file == null
              ? TrustedCertificates.ofJvm()
              : TrustedCertificates.of(
                  file, store.get("trustStoreType"), store.get("trustStorePassword")));
    }
    parameters.put("fallbackToSystemTrustStore", "false");
  }

  private static void requireVerifies(Driver driver) {
    if (!VERIFYING.matcher(version(driver)).matches()) {
      throw new IllegalArgumentException(
          "mariadb-java-client "
              + version(driver)
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
      // The version below, whose third part is unknown, counts as too old.
    }
    return properties.getProperty(
        "version", driver.getMajorVersion() + "." + driver.getMinorVersion() + ".?");
  }
}
