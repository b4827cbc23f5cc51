package io.github.wxtoken.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Concurrent users, up to a maximum number at once. */
final class Crowd implements AutoCloseable {
  private final ExecutorService threads;
  private final Tally tally;
  private final Progress progress;

  Crowd(int atOnce, Tally tally, Progress progress) {
    threads = Executors.newFixedThreadPool(atOnce);
    this.tally = tally;
    this.progress = progress;
  }

  /** An action of a user, or an event during the run. */
  interface Act {
    void perform() throws Trouble, InterruptedException;
  }

  /** Begins the acts in their order, and returns when all have ended. */
  void performAll(List<Act> acts) throws InterruptedException {
    List<Future<?>> running = new ArrayList<>();
    for (Act act : acts) {
      running.add(threads.submit(() -> perform(act)));
    }
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the demo itself is wrong", e.getCause());
      }
    }
  }

  private void perform(Act act) {
    try {
      act.perform();
    } catch (Trouble e) {
      tally.error(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      tally.error("the demo was interrupted");
    } finally {
      progress.step();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
