package io.github.wxtoken.store;

import java.util.concurrent.atomic.AtomicBoolean;

/** Whether a store is open or closed. Every operation checks it first. Thread-safe. */
public final class StoreState {
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Creates the state of a store that is open. */
  public StoreState() {}

  /**
   * Checks that the store is open. A store calls this at the start of each operation, and again
   * after a failure: if the store was closed in the meantime, that is the better reason.
   *
   * @throws TokenStoreException if the store is closed
   */
  public void requireOpen() {
    if (closed.get()) {
      throw new TokenStoreException("the store is closed", null);
    }
  }

  /**
   * Tells whether the store is closed.
   *
   * @return true from the first call of {@link #close} on
   */
  public boolean isClosed() {
    return closed.get();
  }

  /**
   * Closes the store. A second call does nothing.
   *
   * @param resources closes what the store opened; runs in the first call only, when operations
   *     already fail
   */
  public void close(Runnable resources) {
    if (closed.compareAndSet(false, true)) {
      resources.run();
    }
  }
}
