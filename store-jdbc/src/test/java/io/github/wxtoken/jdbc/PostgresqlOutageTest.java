package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.OutageContract;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.testcontainers.containers.GenericContainer;

/** A PostgreSQL that stops answering, dies, and comes back; it keeps its default durability. */
@Tag("long") // In each build, the suite runs on MySQL.
class PostgresqlOutageTest extends OutageContract {
  /**
   * The entry point of the image that is built without a registry makes the directory of the data
   * readable for all, which the server refuses at its second start. The official image has its data
   * elsewhere.
   */
  private static final String START =
      "if [ -s /var/lib/postgresql/data/PG_VERSION ];"
          + " then chmod 700 /var/lib/postgresql/data;"
          + " exec setpriv --reuid=postgres --regid=postgres --init-groups"
          + " $(ls /usr/lib/postgresql/*/bin/postgres) -D /var/lib/postgresql/data"
          + " -c 'listen_addresses=*' -c max_connections=300;"
          + " else exec docker-entrypoint.sh postgres -c max_connections=300; fi";

  @Override
  protected GenericContainer<?> container(int port) {
    GenericContainer<?> server =
        PostgresqlDatabase.container()
            .withCommand("sh", "-c", START)
            // As the official image says: the server does not wait for its clients.
            .withCreateContainerCmdModifier(command -> command.withStopSignal("SIGINT"));
    // A port that stays the same after a restart.
    server.setPortBindings(List.of(port + ":" + PostgresqlDatabase.PORT));
    return server;
  }

  @Override
  protected String storeUrl(int port) throws SQLException {
    Servers.execute(url(port), "CREATE DATABASE outage");
    return PostgresqlDatabase.withDatabase(url(port), "outage") + "&wxtoken.createSchema=true";
  }

  @Override
  protected void connect(int port) throws SQLException {
    Servers.connect(
            PostgresqlDatabase.withDatabase(url(port), "outage")
                + "&connectTimeout=2&socketTimeout=2")
        .close();
  }

  private static String url(int port) {
    return PostgresqlDatabase.url("127.0.0.1", port);
  }
}
