package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.VirtualThreadsContract;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;

/** More threads than connections, on MySQL. */
class MysqlVirtualThreadsTest extends VirtualThreadsContract {
  private static final int PORT = FreePorts.one();

  /** On the host's network: a port that the engine publishes costs three times the server. */
  @RegisterExtension
  static final TestServer SERVER =
      TestServer.role("mysql_on_host")
          .container(
              () ->
                  new GenericContainer<>("mysql:9.7")
                      .withEnv("MYSQL_ROOT_PASSWORD", "root")
                      .withNetworkMode("host")
                      .withCommand("--port=" + PORT, "--mysqlx=0")
                      .waitingFor(new AnswersQueries("mysql", PORT)),
              server -> Servers.containerUrl("mysql", server.getHost(), PORT))
          .version(Servers::version)
          .build();

  @Override
  protected TokenStore open() throws SQLException {
    return TokenStores.open(Servers.database(SERVER, "threads") + "&wxtoken.createSchema=true");
  }
}
