package io.github.wxtoken.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Where a mutant that looks before it acts lets two threads look before either acts, so that its
 * race is lost every time. The thread of the test itself races with nobody and passes.
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
