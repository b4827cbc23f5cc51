package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariadbReconnectTest extends ReconnectContract {
  @RegisterExtension static final TestServer SERVER = Servers.MARIADB;

  MariadbReconnectTest() {
    super(SERVER);
  }
}
