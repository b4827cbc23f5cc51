package io.github.wxtoken.redis;

import io.github.wxtoken.StoreOptions;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client of our own for what a URL names, none of whose waits and queues is without an end. */
final class OwnClient {
  /** More than are let in at a time, for those that were given up may not be answered yet. */
  private static final int QUEUE = 16 * Redis.MAX_IN_FLIGHT;

  private static final List<String> CLUSTER = List.of("redis-cluster:", "rediss-cluster:");
  private static final List<String> OTHERS =
      List.of("redis:", "rediss:", "redis-sentinel:", "rediss-sentinel:");

  private OwnClient() {}

  static boolean accepts(String url) {
    return isCluster(url) || OTHERS.stream().anyMatch(url::startsWith);
  }

  private static boolean isCluster(String url) {
    return CLUSTER.stream().anyMatch(url::startsWith);
  }

  /**
   * Connects.
   *
   * @param patience how long to wait for an answer
   * @param deadline how long to wait in all
   * @throws RedisFailure if Redis does not let us in
   */
  static Connection open(Target target, Duration patience, Deadline deadline) throws RedisFailure {
    List<RedisURI> uris = target.uris;
    // For the handshake; on a connection that is silent it does not take as long.
    uris.forEach(uri -> uri.setTimeout(patience.multipliedBy(3)));
    ClientResources resources =
        ClientResources.builder()
            // Lettuce's own grows to 30 s.
            .reconnectDelay(
                Delay.fullJitter(
                    Duration.ofMillis(20), Duration.ofSeconds(1), 100, TimeUnit.MILLISECONDS))
            // A command gives up before its connection does, and so can still take back a lease.
            .nettyCustomizer(new WatchfulChannels(patience.multipliedBy(5).dividedBy(4)))
            .build();
    return target.isCluster
        ? openCluster(resources, target, patience, deadline)
        : openSingle(resources, target, patience, deadline);
  }

  /** Where a URL leads, and who is trusted there. */
  record Target(List<RedisURI> uris, boolean isCluster, SslOptions ssl) {

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it cannot be read, switches the verification of TLS off,
     *     or leads to another machine without TLS and does not say that it may
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
      return new Target(uris, OwnClient.isCluster(url), ssl.build());
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
          isCluster(url)
              ? RedisClusterURIUtil.toRedisURIs(URI.create(url.replaceFirst("-cluster:", ":")))
              : List.of(RedisURI.create(url));
      if (!uris.isEmpty()
          && uris.stream().map(RedisURI::getHost).noneMatch(OwnClient::isNotOneHost)) {
        return uris;
      }
    } catch (IllegalArgumentException e) {
      // said below: its message quotes the URL
    }
    throw new IllegalArgumentException(
        "url must be redis://[[user:]password@]host[:port][/database], or the like with rediss:,"
            + " redis-cluster: and more hosts, or redis-sentinel: and ?sentinelMasterId=NAME;"
            + " other characters than [A-Za-z0-9._~-] in a password must be URL-encoded");
  }

  /** Where the authority is not host and port, Lettuce takes all of it for the name of the host. */
  private static boolean isNotOneHost(@Nullable String host) {
    return host != null && !host.startsWith("[") && (host.contains(":") || host.contains(","));
  }

  private static Connection openSingle(
      ClientResources resources, Target target, Duration patience, Deadline deadline)
      throws RedisFailure {
    RedisURI uri = target.uris.get(0);
    RedisClient client = RedisClient.create(resources);
    client.setOptions(options(ClientOptions.builder(), target, patience).build());
    try {
      return new Connection.Single(
          deadline.await(client.connectAsync(Value.CODEC, uri).toCompletableFuture()),
          () -> close(client));
    } catch (RuntimeException | RedisFailure e) {
      close(client);
      throw e;
    }
  }

  private static Connection openCluster(
      ClientResources resources, Target target, Duration patience, Deadline deadline)
      throws RedisFailure {
    RedisClusterClient client = RedisClusterClient.create(resources, target.uris);
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    options(options, target, patience);
    client.setOptions(
        options
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(Duration.ofSeconds(30))
                    .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
                    .refreshTriggersReconnectAttempts(2)
                    .build())
            .build());
    try {
      // Connecting without this first does not ask for the topology, but requires it.
      deadline.await(client.refreshPartitionsAsync().toCompletableFuture());
      return new Connection.Cluster(
          client, deadline.await(client.connectAsync(Value.CODEC)), () -> close(client));
    } catch (RuntimeException | RedisFailure e) {
      close(client);
      throw e;
    }
  }

  private static ClientOptions.Builder options(
      ClientOptions.Builder options, Target target, Duration patience) {
    return options
        .sslOptions(target.ssl)
        // What was sent is not sent again either: then it would undo what others wrote meanwhile.
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(QUEUE)
        // Our callers have deadlines of their own; a timer for each command costs.
        .timeoutOptions(TimeoutOptions.create())
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
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

  /** Closes the connections; the threads end soon after, by themselves. */
  private static void close(AbstractRedisClient client) {
    ClientResources resources = client.getResources();
    CompletableFuture<Void> unused =
        client.shutdownAsync(0, 1, TimeUnit.SECONDS).whenComplete((closed, e) -> end(resources));
  }

  private static void end(ClientResources resources) {
    Future<Boolean> unused = resources.shutdown(0, 1, TimeUnit.SECONDS);
  }

  private record WatchfulChannels(Duration limit) implements NettyCustomizer {
    @Override
    public void afterChannelInitialized(Channel channel) {
      // Lettuce flushes each command, a system call; callers of the same moment can share one.
      channel.pipeline().addFirst(new SilentPeer(limit), new FlushConsolidationHandler(256, true));
    }
  }
}
