package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

class MysqlLeaseLossTest extends JdbcLeaseLossContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  String makeDatabase() throws Exception {
    return Servers.database(SERVER, "leaseloss" + COUNT.incrementAndGet());
  }
}
