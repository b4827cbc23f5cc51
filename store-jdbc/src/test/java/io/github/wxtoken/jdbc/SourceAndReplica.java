package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.FailoverContract.ReplicatedServers;
import io.github.wxtoken.faults.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * A server and its replica, which an operator promotes. Clients reach the primary by one address,
 * as through a proxy or a floating IP.
 */
abstract class SourceAndReplica implements ReplicatedServers {
  /** The name of the source for the replica. */
  static final String SOURCE = "source";

  final GenericContainer<?> source;
  final GenericContainer<?> replica;
  private final int port;
  private final Network network = Network.newNetwork();
  private final TcpProxy address;

  /**
   * Prepares the containers.
   *
   * @param port the port in each container
   */
  SourceAndReplica(int port, GenericContainer<?> source, GenericContainer<?> replica)
      throws IOException {
    this.port = port;
    this.source = source.withNetwork(network).withNetworkAliases(SOURCE);
    this.replica = replica.withNetwork(network);
    this.address = new TcpProxy(null);
  }

  /** Starts both containers and the replication, which loses no acknowledged write. */
  abstract void startReplication() throws Exception;

  /** Makes the replica a primary. */
  abstract void promote() throws SQLException;

  /** Returns the administrator's URL of a server, with options. */
  abstract String url(String host, int port, String database);

  /** Returns the administrator's URL of a container. */
  String url(GenericContainer<?> server) {
    return url(server.getHost(), server.getMappedPort(port), "");
  }

  ReplicatedServers started() throws Exception {
    try {
      startReplication();
      address.lead(address(source));
      return this;
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private InetSocketAddress address(GenericContainer<?> server) {
    return new InetSocketAddress(server.getHost(), server.getMappedPort(port));
  }

  @Override
  public String storeUrl() {
    return url("127.0.0.1", address.port(), "failover") + "&wxtoken.createSchema=true";
  }

  @Override
  public String replicaUrl() {
    return url(replica.getHost(), replica.getMappedPort(port), "failover");
  }

  @Override
  public void killPrimary() {
    source.getDockerClient().killContainerCmd(source.getContainerId()).exec();
  }

  @Override
  public void promoteReplica() throws SQLException {
    promote();
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
