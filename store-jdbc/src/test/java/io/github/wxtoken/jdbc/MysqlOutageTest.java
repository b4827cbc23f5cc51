package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.OutageContract;
import java.sql.SQLException;
import java.util.List;
import org.testcontainers.containers.GenericContainer;

/** A MySQL that stops answering, dies, and comes back; it keeps its default durability. */
class MysqlOutageTest extends OutageContract {
  @Override
  protected GenericContainer<?> container(int port) {
    GenericContainer<?> server =
        new GenericContainer<>("mysql:9.7")
            .withEnv("MYSQL_ROOT_PASSWORD", "root")
            .withExposedPorts(3306)
            .waitingFor(new AnswersQueries("mysql"));
    // A port that stays the same after a restart.
    server.setPortBindings(List.of(port + ":3306"));
    return server;
  }

  @Override
  protected String storeUrl(int port) throws SQLException {
    Servers.execute(url(port), "CREATE DATABASE outage");
    return Servers.withDatabase(url(port), "outage") + "&wxtoken.createSchema=true";
  }

  @Override
  protected void connect(int port) throws SQLException {
    Servers.connect(
            Servers.withDatabase(url(port), "outage") + "&connectTimeout=2000&socketTimeout=2000")
        .close();
  }

  private static String url(int port) {
    return Servers.containerUrl("mysql", "127.0.0.1", port);
  }
}
