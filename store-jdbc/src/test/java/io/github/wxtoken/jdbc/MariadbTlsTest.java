package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariadbTlsTest extends JdbcTlsContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB_TLS.server();

  MariadbTlsTest() {
    super(Servers.MARIADB_TLS, "jdbc:mariadb:", "serverSslCert=" + TestCertificate.caFile());
  }

  /** As the store does; see TlsUrlTest. */
  @BeforeAll
  static void requireADriverThatVerifies() {
    assumeTrue(
        catchThrowable(() -> TlsUrlTest.judged("jdbc:mariadb://db/x", TlsUrlTest.NONE)) == null,
        "TLS is refused with a driver before 3.5.7");
  }

  /** The driver alone would accept it, and verify the server by its answer to the login. */
  @Test
  void aServerThatKnowsThePasswordIsNotTrustedForThat() throws Exception {
    present(TestCertificate.SELF_SIGNED);
    String url = url(Security.TLS, tlsServer().getHostString(), tlsServer().getPort());

    Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("its certificate is expired, self-signed or issued for another host");
    FaultsTest.assertNoCanary(thrown);
  }

  /** A trust store of the URL is as good as a certificate file. */
  @Test
  void aTrustStoreOfTheUrlIsTrustedAlone() throws Exception {
    InetSocketAddress server = tlsServer();
    String url =
        url(Security.TLS, server.getHostString(), server.getPort())
            + "&trustStore="
            + TestCertificate.trustStore()
            + "&trustStoreType=PKCS12&trustStorePassword=changeit";
    present(TestCertificate.GOOD);
    openAndUse(url);

    present(TestCertificate.SELF_SIGNED);
    assertThat(catchThrowable(() -> TokenStores.open(url).close()))
        .isInstanceOf(TokenStoreException.class);
  }
}
