package io.github.wxtoken.jdbc;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
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
 * Trusts what the JVM trusts, where a {@code jdbc:mariadb:} URL names nobody to trust. By itself
 * MariaDB's driver would then take any certificate and judge the server by its answer to the login,
 * when whoever is between has passed the login on.
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
    if (configuration.serverSslCert() != null || configuration.trustStore() != null) {
      return driver.getTrustManager(configuration, exceptions, host);
    }
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((KeyStore) null);
      return trust.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw new SQLException("the JVM's trust store cannot be read", "08000", e);
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
