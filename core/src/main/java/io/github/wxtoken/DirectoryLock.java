package io.github.wxtoken;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Mutual exclusion between the threads and processes of one machine, by an operating system's lock
 * on a file that is never deleted.
 *
 * <p>The lock belongs to the process, so threads first take turns by a lock in the heap, before the
 * file is opened: a second channel in the same JVM would fail to lock, and closing it would drop
 * the lock of the first. (So a directory may be used by one copy of this class alone in a JVM: two
 * web applications that bring wxtoken each, in one servlet container, need a directory each.)
 */
final class DirectoryLock {
  private static final Duration AT_MOST = Duration.ofSeconds(3);
  private static final ConcurrentMap<Path, ReentrantLock> IN_THIS_JVM = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock threads;

  DirectoryLock(Path file) throws IOException {
    createPrivate(file);
    this.file = file.toRealPath();
    this.threads = IN_THIS_JVM.computeIfAbsent(this.file, path -> new ReentrantLock(true));
  }

  /** What is done with the lock held. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** Runs the action alone. */
  <T> T hold(Action<T> action) throws IOException {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    if (!tryThreads()) {
      throw new IOException("not locked within " + AT_MOST.toSeconds() + " s");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock held = lock(channel, deadline)) {
      return action.run();
    } finally {
      threads.unlock();
    }
  }

  private boolean tryThreads() throws IOException {
    try {
      return threads.tryLock(AT_MOST.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the lock", e);
    }
  }

  private static FileLock lock(FileChannel channel, long deadline) throws IOException {
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      // FileChannel.lock() has no timeout, so other processes are waited for by asking again.
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("interrupted while waiting for the lock");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("not locked within " + AT_MOST.toSeconds() + " s");
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(200_000, 3_000_000));
    }
  }

  /** Creates a file that its owner alone may read, unless it is there. */
  static void createPrivate(Path file) throws IOException {
    try {
      if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException e) {
      // another process was first
    }
  }
}
