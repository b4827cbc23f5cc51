package io.github.wxtoken.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, or one to each master of a cluster. Covers the differences between
 * the two.
 */
interface Connection extends AutoCloseable {
  /** The result of {@link #place} for a connection that is not made from a URL. */
  String OF_THE_APPLICATION = "at the address of the application's client";

  /** Says where the servers are and whether connections use TLS, for the log. */
  String place();

  /** Returns commands that go to the server of their key. */
  RedisClusterAsyncCommands<String, Value> commands();

  /** Reads again which servers are masters. */
  CompletableFuture<Void> refresh();

  /** Connects to each known master. */
  CompletableFuture<List<StatefulRedisConnection<String, Value>>> masters();

  /** Returns why the last reconnect failed; null if none failed, or if that is not known. */
  default @Nullable RedisFailure outage() {
    return null;
  }

  /** Leaves a server that is no longer a master. */
  void reconnect();

  @Override
  void close();

  /** A server, or the master that Sentinel names. */
  record Single(
      StatefulRedisConnection<String, Value> connection,
      String place,
      Supplier<@Nullable RedisFailure> outages,
      Runnable closing)
      implements Connection {

    /** Connects with the application's own client. */
    static Single to(RedisClient client) throws RedisFailure {
      warnIfReplaying(client.getOptions());
      try {
        StatefulRedisConnection<String, Value> connection = client.connect(Value.CODEC);
        return new Single(
            connection, OF_THE_APPLICATION, () -> null, () -> closeUnlessClosed(connection));
      } catch (RuntimeException e) {
        if (String.valueOf(e.getMessage()).startsWith("RedisURI is not available")) {
          throw new IllegalArgumentException("client must have been made with a RedisURI");
        }
        throw new RedisFailure(e, null);
      }
    }

    @Override
    public RedisClusterAsyncCommands<String, Value> commands() {
      return connection.async();
    }

    @Override
    public @Nullable RedisFailure outage() {
      return outages.get();
    }

    @Override
    public CompletableFuture<Void> refresh() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<List<StatefulRedisConnection<String, Value>>> masters() {
      return CompletableFuture.completedFuture(List.of(connection));
    }

    /**
     * The server closes the connection, and Lettuce asks the name server or Sentinel again for the
     * address.
     */
    @Override
    public void reconnect() {
      try {
        RedisFuture<String> unused = connection.async().quit();
      } catch (RuntimeException e) {
        // The connection is being closed already.
      }
    }

    @Override
    public void close() {
      closing.run();
    }
  }

  /** The masters of a cluster. */
  record Cluster(
      RedisClusterClient client,
      StatefulRedisClusterConnection<String, Value> connection,
      String place,
      Supplier<@Nullable RedisFailure> outages,
      Runnable closing)
      implements Connection {

    /** Connects with the application's own client. */
    static Cluster to(RedisClusterClient client) throws RedisFailure {
      warnIfReplaying(client.getOptions());
      try {
        StatefulRedisClusterConnection<String, Value> connection = client.connect(Value.CODEC);
        return new Cluster(
            client,
            connection,
            OF_THE_APPLICATION,
            () -> null,
            () -> closeUnlessClosed(connection));
      } catch (RuntimeException e) {
        throw new RedisFailure(e, null);
      }
    }

    @Override
    public RedisClusterAsyncCommands<String, Value> commands() {
      return connection.async();
    }

    @Override
    public @Nullable RedisFailure outage() {
      return outages.get();
    }

    @Override
    public CompletableFuture<Void> refresh() {
      return client.refreshPartitionsAsync().toCompletableFuture();
    }

    @Override
    public CompletableFuture<List<StatefulRedisConnection<String, Value>>> masters() {
      List<CompletableFuture<StatefulRedisConnection<String, Value>>> masters =
          connection.getPartitions().stream()
              .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
              .filter(node -> !node.hasNoSlots())
              .map(RedisClusterNode::getUri)
              // By address, as commands use it: the node's id would open another connection.
              .map(uri -> connection.getConnectionAsync(uri.getHost(), uri.getPort()))
              .toList();
      return CompletableFuture.allOf(masters.toArray(CompletableFuture[]::new))
          .thenApply(all -> masters.stream().map(CompletableFuture::join).toList());
    }

    /** Does nothing: a replica in a cluster names its master, and Lettuce redirects the command. */
    @Override
    public void reconnect() {}

    @Override
    public void close() {
      closing.run();
    }
  }

  /**
   * Closes a connection unless the application has already shut its client down; Lettuce warns of a
   * second close.
   */
  private static void closeUnlessClosed(StatefulConnection<String, Value> connection) {
    if (!(connection instanceof RedisChannelHandler<?, ?> handler && handler.isClosed())) {
      CompletableFuture<Void> unused = connection.closeAsync();
    }
  }

  private static void warnIfReplaying(ClientOptions options) {
    if (options.isAutoReconnect()
        && options.getDisconnectedBehavior()
            != ClientOptions.DisconnectedBehavior.REJECT_COMMANDS) {
      LoggerFactory.getLogger(RedisTokenStore.class)
          .warn(
              "This Redis client sends commands again after a reconnect, so that a save may undo a"
                  + " later one; set its disconnectedBehavior to REJECT_COMMANDS");
    }
  }
}
