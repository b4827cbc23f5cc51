package io.github.wxtoken.redis;

import io.github.wxtoken.store.StoreOptions;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens a client of our own for a URL. Every wait and every queue has a limit. */
final class OwnClient {
  /** More than the permits: commands that were given up may still wait for their answers. */
  private static final int QUEUE = 16 * Redis.MAX_IN_FLIGHT;

  private OwnClient() {}

  /**
   * Connects.
   *
   * @param patience how long to wait for an answer
   * @param deadline how long to wait in total
   * @throws RedisFailure if Redis refuses the connection
   */
  static Connection open(Target target, Duration patience, Deadline deadline) throws RedisFailure {
    List<RedisURI> uris = target.uris;
    // For the handshake only; a silent connection is closed earlier.
    uris.forEach(uri -> uri.setTimeout(patience.multipliedBy(3)));
    // A command times out before its connection does, and so a lease can still be released.
    OwnResources resources =
        new OwnResources(patience.multipliedBy(5).dividedBy(4), target.isTls());
    return target.isCluster
        ? openCluster(resources, target, patience, deadline)
        : openSingle(resources, target, patience, deadline);
  }

  /** The servers of a URL, and the certificates to trust there. */
  record Target(List<RedisURI> uris, boolean isCluster, SslOptions ssl) {

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it cannot be parsed, switches the verification of TLS
     *     off, or leads to another machine without TLS and does not allow that
     */
    static Target of(String url, StoreOptions options) {
      List<RedisURI> uris = parse(url);
      SslOptions.Builder ssl = SslOptions.builder();
      options.caFile().ifPresent(ssl::trustManager);
      for (RedisURI uri : uris) {
        if (uri.getVerifyMode() != SslVerifyMode.FULL) {
          throw new IllegalArgumentException(
              "url must not have verifyPeer="
                  + uri.getVerifyMode()
                  + ", by which TLS does not verify who answers: use FULL, or bring a client of your"
                  + " own");
        }
      }
      List<InetSocketAddress> inPlaintext =
          uris.stream().filter(uri -> !uri.isSsl()).flatMap(Target::servers).toList();
      if (!inPlaintext.isEmpty()) {
        String scheme = url.substring(0, url.indexOf(':'));
        options.requirePlaintextAllowed(inPlaintext, scheme.replaceFirst("redis", "rediss") + ":");
      }
      return new Target(uris, Schemes.isCluster(url), ssl.build());
    }

    /** Returns the address, for the log. */
    String place() {
      return (uris.get(0).getSentinels().isEmpty() ? "at " : "by the Sentinel at ")
          + servers()
          + (uris.stream().allMatch(RedisURI::isSsl) ? " with TLS" : " without TLS");
    }

    boolean isTls() {
      return uris.get(0).isSsl();
    }

    RedisFailure failure(Throwable reported) {
      return new RedisFailure(reported, isTls());
    }

    /** Names the server, for messages. */
    String name() {
      String kind = isCluster ? "the Redis cluster at " : "Redis at ";
      return (uris.get(0).getSentinels().isEmpty() ? kind : "Redis by Sentinel at ") + servers();
    }

    private String servers() {
      return StoreOptions.names(uris.stream().flatMap(Target::servers).toList());
    }

    private static Stream<InetSocketAddress> servers(RedisURI uri) {
      Stream<RedisURI> servers =
          uri.getSentinels().isEmpty() ? Stream.of(uri) : uri.getSentinels().stream();
      return servers.map(
          server -> InetSocketAddress.createUnresolved(server.getHost(), server.getPort()));
    }
  }

  static List<RedisURI> parse(String url) {
    try {
      List<RedisURI> uris =
          Schemes.isCluster(url)
              ? RedisClusterURIUtil.toRedisURIs(URI.create(url.replaceFirst("-cluster:", ":")))
              : List.of(RedisURI.create(url));
      if (!uris.isEmpty()
          && uris.stream().map(RedisURI::getHost).noneMatch(OwnClient::isNotOneHost)) {
        return uris;
      }
    } catch (IllegalArgumentException e) {
      // Reported below: the message quotes the URL.
    }
    throw new IllegalArgumentException(
        "url must be redis://[[user:]password@]host[:port][/database], or the like with rediss:,"
            + " redis-cluster: and more hosts, or redis-sentinel: and ?sentinelMasterId=NAME;"
            + " other characters than [A-Za-z0-9._~-] in a password must be URL-encoded");
  }

  /**
   * Tells whether Lettuce did not find one host. If the authority is not host and port, Lettuce
   * takes the whole authority as the host's name.
   */
  private static boolean isNotOneHost(@Nullable String host) {
    return host != null && !host.startsWith("[") && (host.contains(":") || host.contains(","));
  }

  private static Connection openSingle(
      OwnResources resources, Target target, Duration patience, Deadline deadline)
      throws RedisFailure {
    RedisURI uri = target.uris.get(0);
    RedisClient client = RedisClient.create(resources.get());
    return closingOnFailure(
        resources,
        target,
        client,
        () -> {
          client.setOptions(options(ClientOptions.builder(), target, patience).build());
          StatefulRedisConnection<String, Value> connection =
              deadline.await(
                  client.connectAsync(Value.CODEC, uri).toCompletableFuture(), target::failure);
          return new Connection.Single(
              connection,
              target.place(),
              resources::outage,
              () -> resources.close(client, connection));
        });
  }

  private static Connection openCluster(
      OwnResources resources, Target target, Duration patience, Deadline deadline)
      throws RedisFailure {
    RedisClusterClient client = RedisClusterClient.create(resources.get(), target.uris);
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    return closingOnFailure(
        resources,
        target,
        client,
        () -> {
          options(options, target, patience);
          client.setOptions(options.topologyRefreshOptions(topologyRefresh()).build());
          // Connecting does not load the topology by itself, but requires it.
          deadline.await(client.refreshPartitionsAsync().toCompletableFuture(), target::failure);
          StatefulRedisClusterConnection<String, Value> connection =
              deadline.await(client.connectAsync(Value.CODEC), target::failure);
          return new Connection.Cluster(
              client,
              connection,
              target.place(),
              resources::outage,
              () -> resources.close(client, connection));
        });
  }

  private static ClusterTopologyRefreshOptions topologyRefresh() {
    return ClusterTopologyRefreshOptions.builder()
        .enablePeriodicRefresh(Duration.ofSeconds(30))
        .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
        .refreshTriggersReconnectAttempts(2)
        .build();
  }

  private interface Connecting {
    Connection connect() throws RedisFailure;
  }

  private static Connection closingOnFailure(
      OwnResources resources, Target target, AbstractRedisClient client, Connecting connecting)
      throws RedisFailure {
    boolean connected = false;
    try {
      Connection connection = connecting.connect();
      connected = true;
      return connection;
    } catch (RuntimeException e) {
      throw target.failure(e);
    } finally {
      if (!connected) {
        resources.close(client, null);
      }
    }
  }

  private static ClientOptions.Builder options(
      ClientOptions.Builder options, Target target, Duration patience) {
    return options
        .sslOptions(target.ssl)
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
                .connectTimeout(patience)
                .keepAlive(
                    SocketOptions.KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(30))
                        .interval(Duration.ofSeconds(5))
                        .count(3)
                        .build())
                .build());
  }
}
