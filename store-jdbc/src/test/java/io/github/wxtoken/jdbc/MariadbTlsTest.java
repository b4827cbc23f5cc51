package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.TestCertificate;
import io.github.wxtoken.testkit.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariadbTlsTest extends JdbcTlsContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB_TLS.server();

  MariadbTlsTest() {
    super(Servers.MARIADB_TLS, "jdbc:mariadb:", "serverSslCert=" + TestCertificate.caFile());
  }

  /** The driver alone would take it, and judge the server by what it answers to the login. */
  @Test
  void aServerThatKnowsThePasswordIsNotTrustedForThat() throws Exception {
    present(TestCertificate.SELF_SIGNED);
    String url = url(Security.TLS, tlsServer().getHostString(), tlsServer().getPort());

    Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("its certificate is not trusted, over or for another host");
    FaultsTest.assertNoCanary(thrown);
  }
}
