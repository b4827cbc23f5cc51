package io.github.wxtoken.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C: work ends at the next token, and says what was done. Thread-safe. */
final class Interrupt {
  /** An operation of a store may take its timeout. */
  private static final long GRACE_SECONDS = 15;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile boolean asking;

  /** Asks the work to end. */
  void request() {
    requested = true;
  }

  boolean isRequested() {
    return requested;
  }

  /** Says whether a question waits for its answer: then nothing has to end cleanly. */
  void setAsking(boolean asking) {
    this.asking = asking;
  }

  /** Tells the waiting JVM that everything was said. */
  void ended() {
    ended.countDown();
  }

  /** Handles SIGINT and SIGTERM. The JVM then ends with 130 or 143 by itself. */
  void handleSignals() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::endCleanly, "wxtoken-interrupt"));
  }

  /** Asks the work to end, and waits for it, unless there is none. */
  void endCleanly() {
    if (ended.getCount() == 0) {
      return;
    }
    request();
    if (asking) {
      return;
    }
    try {
      boolean unused = ended.await(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
