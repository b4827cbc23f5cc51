package io.github.wxtoken.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterConnectionMode;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client with a count of its current operations. A replaced client is closed when its last
 * operation has ended. Thread-safe.
 */
final class Link {
  private final MongoDatabase database;
  private final @Nullable MongoClient client;
  private final long since = System.nanoTime();
  private final AtomicInteger users = new AtomicInteger();
  private volatile boolean retired;

  /**
   * Creates a link.
   *
   * @param client null if it is the application's, which is never replaced or closed
   */
  Link(MongoDatabase database, @Nullable MongoClient client) {
    this.database = database;
    this.client = client;
  }

  MongoDatabase database() {
    return database;
  }

  /** Counts an operation in. Returns false if the link has been replaced. */
  boolean enter() {
    users.incrementAndGet();
    if (retired) {
      leave();
      return false;
    }
    return true;
  }

  void leave() {
    if (users.decrementAndGet() == 0 && retired) {
      close();
    }
  }

  /**
   * Tells whether new connections may lead to another server. If the driver knows the members of
   * the replica set, it looks for the new primary itself; with a single address it keeps its
   * connections.
   */
  boolean isWorthReplacing(long youngestNanos) {
    return client != null
        && System.nanoTime() - since > youngestNanos
        && client.getClusterDescription().getConnectionMode() == ClusterConnectionMode.SINGLE;
  }

  void retire() {
    retired = true;
    if (users.get() == 0) {
      close();
    }
  }

  void close() {
    retired = true;
    if (client != null) {
      client.close();
    }
  }
}
