package io.github.wxtoken;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread that saves the {@link UnsavedTokens} of all clients of a runtime. It knows those that
 * have a token, so that one whose client has been dropped is saved, too. It begins with the first
 * token. Thread-safe.
 */
final class TokenSaver {
  private static final Duration LAST_TRY = Duration.ofSeconds(5);

  private final Set<UnsavedTokens> waiting = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread saver = new Thread(task, "wxtoken-saver");
            saver.setDaemon(true);
            return saver;
          },
          // After close() nothing is tried again.
          new ThreadPoolExecutor.DiscardPolicy());

  TokenSaver() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void waits(UnsavedTokens tokens) {
    waiting.add(tokens);
  }

  void waitsNoLonger(UnsavedTokens tokens) {
    waiting.remove(tokens);
  }

  void runAfter(Duration pause, Runnable task) {
    ScheduledFuture<?> unused = thread.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the thread, tries to save each token once more, and gives up the others. */
  void close() {
    thread.shutdown();
    Deadline deadline = Deadline.in(LAST_TRY);
    awaitEnd(deadline);
    List.copyOf(waiting).forEach(tokens -> tokens.close(deadline));
  }

  /** Waits for a save that is under way, whose lease and token the last try needs. */
  private void awaitEnd(Deadline deadline) {
    try {
      boolean unused = thread.awaitTermination(deadline.nanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
