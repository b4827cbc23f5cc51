package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds the calls of an endpoint until a test releases them, so that tests control the order of
 * events without sleeping. A closed simulator opens all its gates. Thread-safe.
 */
public final class Gate implements AutoCloseable {
  private final int id;
  private final Endpoint endpoint;
  private final Timing timing;
  private final @Nullable String openid;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int arrived;
  private int allowed;
  private boolean open;

  Gate(int id, Endpoint endpoint, Timing timing, @Nullable String openid) {
    this.id = id;
    this.endpoint = endpoint;
    this.timing = timing;
    this.openid = openid;
  }

  /**
   * Returns the number of calls that have reached the gate so far, released calls included.
   *
   * @return the count
   */
  public int arrivals() {
    lock.lock();
    try {
      return arrived;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until this many calls have reached the gate.
   *
   * @param calls how many since the gate was made
   * @param atMost in real time
   * @return whether they came in time
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean awaitArrivals(int calls, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (arrived < calls) {
        if (nanos <= 0) {
          return false;
        }
        nanos = changed.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Opens the gate permanently: waiting calls continue, and later calls do not wait. */
  public void release() {
    lock.lock();
    try {
      open = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Releases some calls in the order of their arrival, and keeps the gate closed.
   *
   * @param calls how many more; calls that have not come yet count
   */
  public void release(int calls) {
    lock.lock();
    try {
      allowed += calls;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The same as {@link #release()}. */
  @Override
  public void close() {
    release();
  }

  int id() {
    return id;
  }

  boolean isOpen() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  boolean holds(Endpoint at, Timing when, @Nullable String whose) {
    return endpoint == at && timing == when && (openid == null || openid.equals(whose));
  }

  void pass() {
    lock.lock();
    try {
      int number = ++arrived;
      changed.signalAll();
      while (!open && number > allowed) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
