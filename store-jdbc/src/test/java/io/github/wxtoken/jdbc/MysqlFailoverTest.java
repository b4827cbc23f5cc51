package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.FailoverContract;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.testcontainers.containers.GenericContainer;

/** A source with a semi-synchronous replica: no acknowledged write is lost. */
@Tag("long") // In each build, the suite runs on Redis.
class MysqlFailoverTest extends FailoverContract {
  private static final String[] USERS = {
    "CREATE USER 'replica'@'%' IDENTIFIED BY 'replica'",
    "GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'",
    "CREATE DATABASE failover",
  };

  /** From then on, a write that no replica has is not acknowledged. */
  private static final String[] SEMI_SYNCHRONOUS = {
    "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
    "SET GLOBAL rpl_semi_sync_source_timeout = 3600000",
    "SET GLOBAL rpl_semi_sync_source_enabled = ON",
  };

  private static final String[] REPLICA = {
    // The entry point of an image may have written what the source has written, too.
    "RESET BINARY LOGS AND GTIDS",
    "INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'",
    "SET GLOBAL rpl_semi_sync_replica_enabled = ON",
    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '"
        + SourceAndReplica.SOURCE
        + "', SOURCE_USER = 'replica', SOURCE_PASSWORD = 'replica', SOURCE_AUTO_POSITION = 1,"
        + " GET_SOURCE_PUBLIC_KEY = 1",
    "START REPLICA",
    "SET GLOBAL super_read_only = ON",
  };

  private static final String HAS_DATABASE =
      "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'failover'";

  private static final String[] PROMOTION = {
    "STOP REPLICA IO_THREAD",
    "DO WAIT_FOR_EXECUTED_GTID_SET((SELECT RECEIVED_TRANSACTION_SET"
        + " FROM performance_schema.replication_connection_status))",
    "STOP REPLICA",
    "RESET REPLICA ALL",
    "SET GLOBAL super_read_only = OFF",
    "SET GLOBAL read_only = OFF",
  };

  @Override
  protected ReplicatedServers start() throws Exception {
    return new Mysql().started();
  }

  private static final class Mysql extends SourceAndReplica {
    Mysql() throws IOException {
      super(3306, container(1), container(2));
    }

    private static GenericContainer<?> container(int id) {
      return new GenericContainer<>("mysql:9.7")
          .withEnv("MYSQL_ROOT_PASSWORD", "root")
          .withCommand("--server-id=" + id, "--gtid-mode=ON", "--enforce-gtid-consistency=ON")
          .withExposedPorts(3306)
          .waitingFor(new AnswersQueries("mysql"));
    }

    @Override
    void startReplication() throws SQLException {
      source.start();
      replica.start();
      Servers.execute(url(source), USERS);
      Servers.execute(url(source), SEMI_SYNCHRONOUS);
      Servers.execute(url(replica), REPLICA);
      while (Servers.query(url(replica), HAS_DATABASE).equals("0")) {
        LockSupport.parkNanos(50_000_000);
      }
    }

    @Override
    void promote() throws SQLException {
      Servers.execute(url(replica), PROMOTION);
    }

    @Override
    String url(String host, int port, String database) {
      return Servers.withDatabase(Servers.containerUrl("mysql", host, port), database);
    }
  }
}
