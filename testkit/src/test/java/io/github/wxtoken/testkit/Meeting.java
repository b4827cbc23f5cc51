package io.github.wxtoken.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Synchronizes two threads of a mutant that checks before it acts: both check before either acts,
 * so that its race is lost every time. The test's own thread passes without waiting.
 */
final class Meeting {
  private final Thread test = Thread.currentThread();
  private final CountDownLatch two = new CountDownLatch(2);

  void await() {
    if (Thread.currentThread() == test) {
      return;
    }
    two.countDown();
    try {
      // Not for ever: in a case where one thread alone comes here nobody follows.
      if (!two.await(10, TimeUnit.SECONDS)) {
        two.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
