package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.FailoverContract;
import io.github.wxtoken.faults.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * A source with a semi-synchronous replica, which an operator promotes: no acknowledged write is
 * lost. Clients reach the primary by one address, as through a proxy or a floating IP.
 */
class MysqlFailoverTest extends FailoverContract {
  private static final String[] SOURCE = {
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
    "INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'",
    "SET GLOBAL rpl_semi_sync_replica_enabled = ON",
    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'source', SOURCE_USER = 'replica',"
        + " SOURCE_PASSWORD = 'replica', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
    "START REPLICA",
    "SET GLOBAL super_read_only = ON",
  };
  private static final String[] PROMOTION = {
    "STOP REPLICA IO_THREAD",
    "DO WAIT_FOR_EXECUTED_GTID_SET((SELECT RECEIVED_TRANSACTION_SET"
        + " FROM performance_schema.replication_connection_status))",
    "STOP REPLICA",
    "RESET REPLICA ALL",
    "SET GLOBAL super_read_only = OFF",
    "SET GLOBAL read_only = OFF",
  };

  private static final String HAS_DATABASE =
      "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'failover'";

  @Override
  protected ReplicatedServers start() throws Exception {
    Pair pair = new Pair();
    try {
      pair.start();
    } catch (Exception e) {
      pair.close();
      throw e;
    }
    return pair;
  }

  private static final class Pair implements ReplicatedServers {
    private final Network network = Network.newNetwork();
    private final GenericContainer<?> source = container(1);
    private final GenericContainer<?> replica = container(2);
    private final TcpProxy address = new TcpProxy(null);

    Pair() throws IOException {}

    private GenericContainer<?> container(int id) {
      return new GenericContainer<>("mysql:9.7")
          .withNetwork(network)
          .withNetworkAliases(id == 1 ? "source" : "replica")
          .withEnv("MYSQL_ROOT_PASSWORD", "root")
          .withCommand("--server-id=" + id, "--gtid-mode=ON", "--enforce-gtid-consistency=ON")
          .withExposedPorts(3306)
          .waitingFor(new AnswersQueries("mysql"));
    }

    void start() throws SQLException {
      source.start();
      replica.start();
      // The entry point of an image may have written what the source has written, too.
      Servers.execute(url(replica), "RESET BINARY LOGS AND GTIDS");
      Servers.execute(url(source), SOURCE);
      Servers.execute(url(source), SEMI_SYNCHRONOUS);
      Servers.execute(url(replica), REPLICA);
      while (Servers.query(url(replica), HAS_DATABASE).equals("0")) {
        LockSupport.parkNanos(50_000_000);
      }
      address.lead(address(source));
    }

    private static String url(GenericContainer<?> server) {
      return Servers.withDatabase(
          Servers.containerUrl("mysql", server.getHost(), server.getMappedPort(3306)), "");
    }

    private static InetSocketAddress address(GenericContainer<?> server) {
      return new InetSocketAddress(server.getHost(), server.getMappedPort(3306));
    }

    @Override
    public String storeUrl() {
      return Servers.withDatabase(
              Servers.containerUrl("mysql", "127.0.0.1", address.port()), "failover")
          + "&wxtoken.createSchema=true";
    }

    @Override
    public void killPrimary() {
      source.getDockerClient().killContainerCmd(source.getContainerId()).exec();
    }

    @Override
    public void promoteReplica() throws SQLException {
      Servers.execute(url(replica), PROMOTION);
      address.lead(address(replica));
    }

    @Override
    public void close() {
      try {
        address.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        replica.stop();
        source.stop();
        network.close();
      }
    }
  }
}
