package io.github.wxtoken.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One connection to a server, or one to each master of a cluster. Covers the differences between
 * the two.
 *
 * <p>Keys and values are bytes: callers encode them, so that Lettuce's one thread for all callers
 * does not, and Lettuce's log does not show what commands return.
 *
 * @param stateful the connection
 * @param commands go to the server of their key
 * @param masters reads again which servers are masters, and connects to each
 * @param leave leaves a server that is no longer a master
 */
record Connection(
    StatefulConnection<byte[], byte[]> stateful,
    RedisClusterAsyncCommands<byte[], byte[]> commands,
    Supplier<CompletableFuture<List<StatefulRedisConnection<byte[], byte[]>>>> masters,
    Runnable leave) {

  /** Connects with a client for a server, Sentinel or a cluster. */
  static Connection by(AbstractRedisClient client) {
    return client instanceof RedisClusterClient cluster
        ? toCluster(cluster)
        : toServer((RedisClient) client);
  }

  /** Connects to a server, or the master that Sentinel names. */
  private static Connection toServer(RedisClient client) {
    StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
    return new Connection(
        connection,
        connection.async(),
        () -> CompletableFuture.completedFuture(List.of(connection)),
        () -> quit(connection));
  }

  /**
   * The server closes the connection, and Lettuce asks the name server or Sentinel again for the
   * address.
   */
  private static void quit(StatefulRedisConnection<byte[], byte[]> connection) {
    try {
      RedisFuture<String> unused = connection.async().quit();
    } catch (RuntimeException e) {
      // The connection is being closed already.
    }
  }

  /**
   * Connects to the masters of a cluster. There is no need to leave one: a replica in a cluster
   * names its master, and Lettuce redirects the command.
   */
  private static Connection toCluster(RedisClusterClient client) {
    StatefulRedisClusterConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE);
    return new Connection(
        connection,
        connection.async(),
        () ->
            client
                .refreshPartitionsAsync()
                .toCompletableFuture()
                .thenCompose(refreshed -> masters(connection)),
        () -> {});
  }

  private static CompletableFuture<List<StatefulRedisConnection<byte[], byte[]>>> masters(
      StatefulRedisClusterConnection<byte[], byte[]> connection) {
    return all(
        connection.getPartitions().stream()
            .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
            .filter(node -> !node.hasNoSlots())
            .map(RedisClusterNode::getUri)
            // By address, as commands use it: the node's id would open another connection.
            .map(uri -> connection.getConnectionAsync(uri.getHost(), uri.getPort()))
            .toList());
  }

  /** Returns what several futures return, in their order. */
  static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }
}
