package io.github.wxtoken.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The application's own client. The store closes its connection, and never the client. */
record UsersClient(AbstractRedisClient client) implements Client {

  @Override
  public Connection connect() throws RedisFailure {
    warnIfReplaying(client.getOptions());
    try {
      return Connection.by(client);
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).startsWith("RedisURI is not available")) {
        throw new IllegalArgumentException("client must have been made with a RedisURI");
      }
      throw new RedisFailure(e, null);
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

  @Override
  public String place() {
    return "at the address of the application's client";
  }

  @Override
  public @Nullable RedisFailure outage() {
    return null;
  }

  /** The application may have shut its client down; Lettuce warns of a second close. */
  @Override
  public void close(Connection connection) {
    if (!(connection.stateful() instanceof RedisChannelHandler<?, ?> open && open.isClosed())) {
      CompletableFuture<Void> unused = connection.stateful().closeAsync();
    }
  }
}
