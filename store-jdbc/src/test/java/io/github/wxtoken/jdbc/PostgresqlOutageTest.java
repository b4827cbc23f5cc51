package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.OutageContract;
import java.sql.SQLException;
import java.util.List;
import org.testcontainers.containers.GenericContainer;

/** A PostgreSQL that stops answering, dies, and comes back; it keeps its default durability. */
class PostgresqlOutageTest extends OutageContract {
  @Override
  protected GenericContainer<?> container(int port) {
    GenericContainer<?> server = PostgresqlDatabase.container();
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
