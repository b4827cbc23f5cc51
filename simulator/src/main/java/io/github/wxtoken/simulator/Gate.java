package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds the calls of an endpoint until a test lets them go, so that tests order what happens
 * without sleeping. A closed simulator opens all its gates. Thread-safe.
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
   * How many calls have come to the gate so far, those let go included.
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
   * Waits until so many calls have come to the gate.
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

  /** Opens the gate for good: those that wait go on, those that come later do not stop. */
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
   * Lets some calls go in the order in which they came, and keeps the gate closed.
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
