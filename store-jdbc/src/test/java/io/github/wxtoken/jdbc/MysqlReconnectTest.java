package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class MysqlReconnectTest extends ReconnectContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  MysqlReconnectTest() {
    super(SERVER);
  }
}
