package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.TestServer;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariadbCanaryTest extends ServerCanaryContract {
  private static final ReadableServer MARIADB =
      new ReadableServer("mariadb", "mariadb:11.8", "--innodb-log-file-size=8M");

  @RegisterExtension static final TestServer SERVER = MARIADB.server();

  MariadbCanaryTest() {
    super(MARIADB);
  }

  @Override
  protected Set<String> commandLoggers() {
    return Set.of(
        "org.mariadb.jdbc.client.socket.impl.PacketReader at TRACE",
        "org.mariadb.jdbc.client.socket.impl.PacketWriter at TRACE",
        "org.mariadb.jdbc.message.server.ErrorPacket at WARN");
  }
}
