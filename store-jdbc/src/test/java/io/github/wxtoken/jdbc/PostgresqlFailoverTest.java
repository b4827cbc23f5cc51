package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.FailoverContract;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;

/** A primary with a synchronous standby by streaming: no acknowledged write is lost. */
@Tag("long") // In each build, the suite runs on Redis.
class PostgresqlFailoverTest extends FailoverContract {
  /** Copies the primary and follows it. */
  private static final String STANDBY =
      "PATH=$(echo /usr/lib/postgresql/*/bin):$PATH; install -d -o postgres -m 700 /tmp/standby"
          + " /run/postgresql; as='setpriv --reuid=postgres --regid=postgres --init-groups';"
          + " $as pg_basebackup --checkpoint=fast -R -D /tmp/standby -d postgresql://postgres:postgres@"
          + SourceAndReplica.SOURCE
          + " && exec $as postgres -D /tmp/standby -c 'listen_addresses=*'"
          + " -c max_connections=300";

  @Override
  protected ReplicatedServers start() throws Exception {
    return new Postgresql().started();
  }

  private static final class Postgresql extends SourceAndReplica {
    Postgresql() throws IOException {
      super(
          PostgresqlDatabase.PORT,
          PostgresqlDatabase.container(),
          PostgresqlDatabase.container().withCommand("sh", "-c", STANDBY));
    }

    @Override
    void startReplication() throws Exception {
      source.start();
      String rules = Servers.query(url(source), "SHOW hba_file");
      source.execInContainer(
          "sh", "-c", "echo 'host replication all all scram-sha-256' >> " + rules);
      Servers.execute(url(source), "SELECT pg_reload_conf()", "CREATE DATABASE failover");
      replica.start();
      // From then on, a write that the standby does not have is not acknowledged.
      Servers.execute(
          url(source),
          "ALTER SYSTEM SET synchronous_standby_names = '*'",
          "SELECT pg_reload_conf()");
      while (Servers.query(
              url(source), "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
          .equals("0")) {
        LockSupport.parkNanos(50_000_000);
      }
    }

    @Override
    void promote() throws SQLException {
      Servers.execute(url(replica), "SELECT pg_promote()");
    }

    @Override
    String url(String host, int port, String database) {
      return PostgresqlDatabase.withDatabase(
          PostgresqlDatabase.url(host, port), database.isEmpty() ? "postgres" : database);
    }
  }
}
