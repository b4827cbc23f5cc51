package io.github.wxtoken.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.jdbc.MysqlOrSqliteSource.Opening;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariadbTlsTest extends JdbcTlsContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB_TLS.server();

  MariadbTlsTest() {
    super(Servers.MARIADB_TLS, "jdbc:mariadb:", "serverSslCert=" + TestCertificate.caFile());
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

  /** The driver uses one of two spellings of an option, and not always the same one (3.5.11). */
  @Test
  void whatWasJudgedConnectsWhateverTheDriverWouldReadNow() throws Exception {
    String url = unsaid("plain", plainServer().getHostString(), plainServer().getPort());
    Properties properties = new Properties();
    properties.setProperty("sslMode", "DISABLED");
    requireNonNull(opening(url, properties).open()).close();

    properties.setProperty("sslMode", "VERIFY_IDENTITY");
    Opening verified = opening(url, properties);
    properties.setProperty("sslMode", "DISABLED");

    // This server has no TLS.
    assertThatThrownBy(verified::open).isInstanceOf(SQLException.class);
  }

  private static Opening opening(String url, Properties properties) {
    return TlsUrlTest.judged(url, properties, TlsUrlTest.NONE).opening();
  }
}
