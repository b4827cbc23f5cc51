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
import org.slf4j.LoggerFactory;

/** One connection to a server, or one to each master of a cluster: what differs between the two. */
interface Connection extends AutoCloseable {
  /** What {@link #place} says of a connection that is not made by a URL. */
  String OF_THE_APPLICATION = "at the address of the application's client";

  /** Says where the servers are and whether connections use TLS, for the log. */
  String place();

  /** Sends commands to where their key is. */
  RedisClusterAsyncCommands<String, Value> commands();

  /** Asks who the masters are now. */
  CompletableFuture<Void> refresh();

  /** Connects to each of the masters that are known. */
  CompletableFuture<List<StatefulRedisConnection<String, Value>>> masters();

  /** Leaves a server that is no master any more. */
  void reconnect();

  @Override
  void close();

  /** A server, or the master that Sentinel names. */
  record Single(StatefulRedisConnection<String, Value> connection, String place, Runnable closing)
      implements Connection {

    /** Connects with the application's own client. */
    static Single to(RedisClient client) throws RedisFailure {
      warnIfReplaying(client.getOptions());
      try {
        StatefulRedisConnection<String, Value> connection = client.connect(Value.CODEC);
        return new Single(connection, OF_THE_APPLICATION, () -> closeUnlessClosed(connection));
      } catch (RuntimeException e) {
        if (String.valueOf(e.getMessage()).startsWith("RedisURI is not available")) {
          throw new IllegalArgumentException("client must have been made with a RedisURI");
        }
        throw new RedisFailure(e);
      }
    }

    @Override
    public RedisClusterAsyncCommands<String, Value> commands() {
      return connection.async();
    }

    @Override
    public CompletableFuture<Void> refresh() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<List<StatefulRedisConnection<String, Value>>> masters() {
      return CompletableFuture.completedFuture(List.of(connection));
    }

    /** The server hangs up, and Lettuce asks the name server or Sentinel again where to go. */
    @Override
    public void reconnect() {
      try {
        RedisFuture<String> unused = connection.async().quit();
      } catch (RuntimeException e) {
        // It is being left already.
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
      Runnable closing)
      implements Connection {

    /** Connects with the application's own client. */
    static Cluster to(RedisClusterClient client) throws RedisFailure {
      warnIfReplaying(client.getOptions());
      try {
        StatefulRedisClusterConnection<String, Value> connection = client.connect(Value.CODEC);
        return new Cluster(
            client, connection, OF_THE_APPLICATION, () -> closeUnlessClosed(connection));
      } catch (RuntimeException e) {
        throw new RedisFailure(e);
      }
    }

    @Override
    public RedisClusterAsyncCommands<String, Value> commands() {
      return connection.async();
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
              // By address, as commands find it: by its id it would be another connection.
              .map(uri -> connection.getConnectionAsync(uri.getHost(), uri.getPort()))
              .toList();
      return CompletableFuture.allOf(masters.toArray(CompletableFuture[]::new))
          .thenApply(all -> masters.stream().map(CompletableFuture::join).toList());
    }

    /** A replica in a cluster says where its master is, and Lettuce goes there. */
    @Override
    public void reconnect() {}

    @Override
    public void close() {
      closing.run();
    }
  }

  /** The application may have shut its client down already; Lettuce warns of a second close. */
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
