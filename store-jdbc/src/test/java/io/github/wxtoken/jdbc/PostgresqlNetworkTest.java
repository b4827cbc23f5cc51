package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.NetworkContract;
import io.github.wxtoken.faults.TestServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL behind a network with faults. */
@Tag("long") // The suite runs on MySQL in each build.
class PostgresqlNetworkTest extends NetworkContract {
  @RegisterExtension static final TestServer server = PostgresqlDatabase.SERVER;

  @Override
  protected InetSocketAddress server() {
    URI uri = uri();
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  @Override
  protected String storeUrl(int port) throws SQLException {
    return Databases.POSTGRESQL.create("network").replace(uri().getAuthority(), "127.0.0.1:" + port)
        + "&wxtoken.createSchema=true";
  }

  private static URI uri() {
    return URI.create(server.url().substring("jdbc:".length()));
  }
}
