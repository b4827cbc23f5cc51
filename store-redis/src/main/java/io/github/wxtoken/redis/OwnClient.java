package io.github.wxtoken.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client of our own for a URL. Every wait and every queue has a limit. */
final class OwnClient implements Client {
  /** More than the permits: commands that were given up may still wait for their answers. */
  private static final int QUEUE = 16 * Redis.MAX_IN_FLIGHT;

  private final RedisUrl url;
  private final OwnResources resources;
  private final AbstractRedisClient client;

  /**
   * Creates a client, which {@link #connect} must follow.
   *
   * @param commandTimeout how long to wait for an answer
   */
  OwnClient(RedisUrl url, Duration commandTimeout) {
    this.url = url;
    // For the handshake only; a silent connection is closed earlier.
    url.uris().forEach(uri -> uri.setTimeout(commandTimeout.multipliedBy(3)));
    // A command times out before its connection does, and so a lease can still be released.
    this.resources = new OwnResources(commandTimeout.multipliedBy(5).dividedBy(4), url.isTls());
    this.client = url.isCluster() ? cluster(commandTimeout) : server(commandTimeout);
  }

  private RedisClient server(Duration commandTimeout) {
    RedisClient server = RedisClient.create(resources.get(), url.uris().get(0));
    server.setOptions(options(ClientOptions.builder(), commandTimeout).build());
    return server;
  }

  private RedisClusterClient cluster(Duration commandTimeout) {
    RedisClusterClient cluster = RedisClusterClient.create(resources.get(), url.uris());
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    options(options, commandTimeout);
    cluster.setOptions(
        options
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(Duration.ofSeconds(30))
                    .enableAllAdaptiveRefreshTriggers()
                    .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
                    .refreshTriggersReconnectAttempts(2)
                    .build())
            .build());
    return cluster;
  }

  private ClientOptions.Builder options(ClientOptions.Builder options, Duration commandTimeout) {
    return options
        .sslOptions(url.ssl())
        // Sent commands are not sent a second time: they could then overwrite later writes of
        // others.
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(QUEUE)
        // Our callers have their own deadlines, and a timer for each command is expensive.
        .timeoutOptions(TimeoutOptions.create())
        // The store needs no feature of RESP3. With RESP3, a server may redirect Lettuce 7 to an
        // address that the URL does not name: without TLS, past a tunnel on this machine.
        .protocolVersion(ProtocolVersion.RESP2)
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(commandTimeout)
                .keepAlive(
                    SocketOptions.KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(30))
                        .interval(Duration.ofSeconds(5))
                        .count(3)
                        .build())
                .build());
  }

  @Override
  public Connection connect() throws RedisFailure {
    boolean connected = false;
    try {
      Connection connection = Connection.by(client);
      connected = true;
      return connection;
    } catch (RuntimeException e) {
      throw new RedisFailure(e, url.isTls());
    } finally {
      if (!connected) {
        resources.close(client, null);
      }
    }
  }

  @Override
  public String place() {
    return url.place();
  }

  @Override
  public @Nullable RedisFailure outage() {
    return resources.outage();
  }

  @Override
  public void close(Connection connection) {
    resources.close(client, connection.stateful());
  }
}
