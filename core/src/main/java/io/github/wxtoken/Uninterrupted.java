package io.github.wxtoken;

import java.util.function.Supplier;

/**
 * Reads a store for a caller that may be interrupted. Some drivers give up at an interrupt, so an
 * interrupted caller would get an error although its token is valid. The read is bounded by the
 * store's deadline, so the caller can wait for it; the thread is interrupted again afterwards.
 */
final class Uninterrupted {
  /** Bounds how long a caller that is interrupted again and again waits. */
  private static final int TRIES = 3;

  private Uninterrupted() {}

  /** Returns what the task returns; a task that an interrupt made fail is run again. */
  static <T> T call(Supplier<T> task) {
    boolean interrupted = Thread.interrupted();
    try {
      for (int tries = 1; ; tries++) {
        try {
          return task.get();
        } catch (RuntimeException e) {
          if (!Thread.interrupted()) {
            throw e;
          }
          interrupted = true;
          if (tries == TRIES) {
            throw e;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
