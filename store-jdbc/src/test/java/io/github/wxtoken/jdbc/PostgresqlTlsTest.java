package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresqlTlsTest extends JdbcTlsContract {
  private static final TlsServer TLS = new PostgresqlTlsServer();

  @RegisterExtension static final TestServer SERVER = TLS.server();

  PostgresqlTlsTest() {
    super(TLS, "jdbc:postgresql:", "sslrootcert=" + TestCertificate.caFile());
  }

  @Override
  String mode(TlsMode mode) {
    return "&sslmode=" + new PostgresqlTls().describe(mode);
  }

  /** The JVM's trust store verifies the certificate, and the driver the host name. */
  @Test
  void aCertificateThatTheJvmDoesNotTrustIsRefused() throws Exception {
    present(TestCertificate.GOOD);
    String url = url(Security.TLS, tlsServer().getHostString(), tlsServer().getPort());

    Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("its certificate is expired, self-signed or issued for another host");
    FaultsTest.assertNoCanary(thrown);
  }
}
