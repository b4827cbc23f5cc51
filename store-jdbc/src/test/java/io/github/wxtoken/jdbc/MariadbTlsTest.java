package io.github.wxtoken.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.jdbc.MysqlOrSqliteSource.Opening;
import io.github.wxtoken.testkit.TestCertificate;
import io.github.wxtoken.testkit.TestServer;
import java.sql.SQLException;
import java.util.Properties;
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
        .hasMessageContaining("its certificate is expired, self-signed or issued for another host");
    FaultsTest.assertNoCanary(thrown);
  }

  /** Of two spellings of an option the driver takes one, now this and now that (3.5.11). */
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
