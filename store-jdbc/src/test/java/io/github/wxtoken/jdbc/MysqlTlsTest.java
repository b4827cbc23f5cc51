package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class MysqlTlsTest extends JdbcTlsContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL_TLS.server();

  MysqlTlsTest() {
    super(
        Servers.MYSQL_TLS,
        "jdbc:mysql:",
        "trustCertificateKeyStoreUrl=file:"
            + TestCertificate.trustStore()
            + "&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStorePassword=changeit");
  }
}
