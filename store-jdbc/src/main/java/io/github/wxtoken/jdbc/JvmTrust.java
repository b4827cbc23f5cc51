package io.github.wxtoken.jdbc;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.SQLException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/**
 * Trusts the certificates that a {@code jdbc:mariadb:} URL names by serverSslCert or trustStore,
 * and otherwise those that the JVM trusts. By itself, MariaDB's driver accepts any certificate if
 * the URL names none, and up to 3.5.6 also if it names one. The driver then verifies the server by
 * its answer to the login, after an attacker in between has already forwarded the login.
 *
 * <p>For {@link java.util.ServiceLoader}.
 */
public final class JvmTrust implements TlsSocketPlugin {
  static final String TYPE = "wxtoken";

  private final TlsSocketPlugin driver = new DefaultTlsSocketPlugin();

  /** For {@link java.util.ServiceLoader}. */
  public JvmTrust() {}

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public TrustManager[] getTrustManager(
      Configuration configuration, ExceptionFactory exceptions, HostAddress host)
      throws SQLException {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities(configuration));
      return trust.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new SQLException(
          "the certificates of serverSslCert, of trustStore or of the JVM cannot be read",
          "08000",
          e);
    }
  }

  /**
   * Returns the trusted certificates, or null for the JVM's. As in the driver, a trustStore takes
   * precedence over a serverSslCert.
   */
  private static @Nullable KeyStore authorities(Configuration configuration)
      throws GeneralSecurityException, IOException {
    String store = configuration.trustStore();
    String certificate = configuration.serverSslCert();
    if (store == null && certificate == null) {
      return null;
    }
    String type = configuration.trustStoreType();
    KeyStore keys = KeyStore.getInstance(type == null ? KeyStore.getDefaultType() : type);
    if (store != null) {
      String password = configuration.trustStorePassword();
      try (InputStream in = open(store)) {
        keys.load(in, password == null ? null : password.toCharArray());
      }
      return keys;
    }
    keys.load(null, null);
    try (InputStream in = open(certificate)) {
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        keys.setCertificateEntry("authority-" + keys.size(), authority);
      }
    }
    return keys;
  }

  /** Opens a URL, a file, or a certificate that the option itself holds. */
  private static InputStream open(String named) throws IOException {
    if (named.startsWith("-----")) {
      return new ByteArrayInputStream(named.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return new URI(named).toURL().openStream();
    } catch (URISyntaxException | IllegalArgumentException | MalformedURLException e) {
      return new FileInputStream(named);
    }
  }

  @Override
  public KeyManager @Nullable [] getKeyManager(
      Configuration configuration, ExceptionFactory exceptions) throws SQLException {
    return driver.getKeyManager(configuration, exceptions);
  }

  @Override
  public void verify(String host, SSLSession session, long threadId) throws SSLException {
    driver.verify(host, session, threadId);
  }
}
