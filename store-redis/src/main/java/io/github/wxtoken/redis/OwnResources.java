package io.github.wxtoken.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.connection.ConnectionActivatedEvent;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The threads and sockets of a client of our own, and their shutdown. */
final class OwnResources implements NettyCustomizer {
  /**
   * A shutdown usually takes some milliseconds. After this time the caller stops waiting for it.
   */
  private static final Duration SHUTDOWN = Duration.ofSeconds(1);

  /** The sockets that are open or being opened; after {@link #close} none is opened. */
  private final ChannelGroup channels =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

  private final Duration silence;
  private final ClientResources resources;
  private volatile @Nullable RedisFailure outage;

  /**
   * Creates the threads and sockets.
   *
   * @param silence how long a server may leave a command unanswered
   * @param tls whether connections use TLS, for messages
   */
  OwnResources(Duration silence, boolean tls) {
    this.silence = silence;
    this.resources =
        ClientResources.builder()
            // Lettuce's own delay grows to 30 s.
            .reconnectDelay(
                Delay.fullJitter(
                    Duration.ofMillis(20), Duration.ofSeconds(1), 100, TimeUnit.MILLISECONDS))
            .nettyCustomizer(this)
            .build();
    Disposable unusedSinceTheBusEnds =
        resources.eventBus().get().subscribe(event -> remember(event, tls));
  }

  private void remember(Event event, boolean tls) {
    if (event instanceof ReconnectFailedEvent failed) {
      outage = new RedisFailure(failed.getCause(), tls);
    } else if (event instanceof ConnectionActivatedEvent) {
      outage = null;
    }
  }

  /** Returns why the last reconnect failed; null if it succeeded, or none was needed. */
  @Nullable RedisFailure outage() {
    return outage;
  }

  ClientResources get() {
    return resources;
  }

  @Override
  public void afterChannelInitialized(Channel channel) {
    boolean unused = channels.add(channel);
    // Lettuce flushes each command, which is a system call; concurrent callers can share one.
    channel.pipeline().addFirst(new SilentPeer(silence), new FlushConsolidationHandler(256, true));
  }

  /**
   * Closes the connection, its sockets, the client and its threads, in this order, and waits a
   * moment for it: a client that is shut down first closes the connections of a cluster twice, and
   * warns.
   *
   * @param connection the client's connection; null if there is none yet
   */
  void close(AbstractRedisClient client, @Nullable StatefulConnection<?, ?> connection) {
    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<Void> closed =
        connection == null ? CompletableFuture.completedFuture(null) : connection.closeAsync();
    CompletableFuture<Void> unused = closed.whenComplete((any, e) -> closeSockets(client, ended));
    try {
      boolean unusedInTime = ended.await(SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeSockets(AbstractRedisClient client, CountDownLatch ended) {
    Future<Void> unused = channels.close().addListener(all -> shutDown(client, ended));
  }

  private void shutDown(AbstractRedisClient client, CountDownLatch ended) {
    CompletableFuture<Void> unused =
        client
            .shutdownAsync(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((any, e) -> endThreads(ended));
  }

  private void endThreads(CountDownLatch ended) {
    Future<Boolean> unused =
        resources
            .shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
            .addListener(all -> ended.countDown());
  }
}
