package io.github.wxtoken.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells a record that a Node process is writing from one that is broken. Node writes in place: it
 * empties a file and fills it later, on a busy machine more than 20 ms later (seen).
 */
final class HalfWritten {
  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private HalfWritten() {}

  /**
   * Runs an action that reads a record, and runs it again while the record is corrupt and may be
   * half-written: its file has changed since the last look, or less than a second ago. It waits
   * between the runs, so the action must acquire and release the lock itself if it needs it.
   */
  static <T> T retry(Path file, DirectoryLock.Action<T> action) throws IOException {
    long end = System.nanoTime() + LONGEST.toNanos();
    BasicFileAttributes before = null;
    while (true) {
      boolean last = System.nanoTime() - end >= 0;
      try {
        return action.run();
      } catch (CorruptTokenException e) {
        BasicFileAttributes now = attributes(file);
        // An interrupted caller does not wait, but looks twice: one of our own saves may have put a
        // longer record in place between the look at its size and the reading.
        boolean interrupted = before != null && Thread.currentThread().isInterrupted();
        if (last || interrupted || !mayBeHalf(before, now)) {
          throw e;
        }
        before = now;
      }
      if (before != null && isYoung(before)) {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
    }
  }

  private static boolean mayBeHalf(
      @Nullable BasicFileAttributes before, @Nullable BasicFileAttributes now) {
    if (now == null || before == null) {
      // After the first look there is no telling whether the file has changed since.
      return now == null || now.isRegularFile();
    }
    boolean changed =
        now.size() != before.size() || !now.lastModifiedTime().equals(before.lastModifiedTime());
    return now.isRegularFile() && (changed || isYoung(now));
  }

  private static boolean isYoung(BasicFileAttributes found) {
    long age = System.currentTimeMillis() - found.lastModifiedTime().toMillis();
    return Math.abs(age) < LONGEST.toMillis();
  }

  private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
    try {
      return RegularFiles.attributes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
