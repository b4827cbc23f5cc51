package io.github.wxtoken.store;

import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request for a lease, from before it is sent to the store: its owner, its start and its
 * duration. Immutable.
 */
public final class LeaseRequest {
  private static final Logger log = LoggerFactory.getLogger(TokenStore.class);

  private final String name;
  private final String owner = UUID.randomUUID().toString();
  private final Duration atMost;
  private final long start = System.nanoTime();

  private LeaseRequest(String name, Duration atMost) {
    this.name = name;
    this.atMost = atMost;
  }

  /**
   * Begins a request. Call it right before the request is sent: the lease counts from now.
   *
   * @param name the name of the lease
   * @param atMost how long its holder may rely on it
   * @return the request, with an owner of its own
   */
  public static LeaseRequest begin(String name, Duration atMost) {
    return new LeaseRequest(name, atMost);
  }

  /**
   * Returns the name of the lease.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the owner, which no other request has. Only the owner releases a lease.
   *
   * @return a random UUID, 36 characters
   */
  public String owner() {
    return owner;
  }

  /**
   * Returns how long the store keeps the lease if it is not released, as {@link
   * TimedLease#storedMillis} does.
   *
   * @return milliseconds
   */
  public long storedMillis() {
    return TimedLease.storedMillis(atMost);
  }

  /**
   * Returns the lease, which the store has granted. Closing it releases it once, also on an
   * interrupted thread: otherwise nobody could acquire the lease until it expires. A {@link
   * TokenStoreException} of the release is logged at level DEBUG and goes no further.
   *
   * @param release removes the lease from the store if its owner is still the one of this request
   * @return the lease
   */
  public Lease granted(Runnable release) {
    return new TimedLease(start, atMost, () -> releaseQuietly(release));
  }

  private static void releaseQuietly(Runnable release) {
    boolean interrupted = Thread.interrupted();
    try {
      release.run();
    } catch (TokenStoreException e) {
      log.debug("{}. The lease expires by itself", e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
