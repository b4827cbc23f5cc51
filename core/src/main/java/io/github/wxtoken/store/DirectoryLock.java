package io.github.wxtoken.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual exclusion between the threads and processes of one machine, by an operating system's lock
 * on a file. The file also marks the directory: without it, an empty directory may be one whose
 * volume is not mounted.
 *
 * <p>The lock belongs to the process, so a thread acquires a lock in the heap before it opens the
 * file: a second channel in the same JVM would fail to lock, and closing it would release the lock
 * of the first. (So one copy of this class in a JVM may use a directory: two web applications that
 * bring wxtoken each, in one servlet container, need a directory each.)
 *
 * <p>Nothing here deletes the file. If others do, it is created again; since two processes could
 * then hold locks on two files, the path must still name the locked file when the lock is acquired,
 * and again before a change takes effect ({@link #requireHeld}).
 */
final class DirectoryLock {
  private static final Logger log = LoggerFactory.getLogger(FileTokenStore.class);
  private static final Duration AT_MOST = Duration.ofSeconds(3);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
  private static final boolean HAS_DEVICES =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  private static final ConcurrentMap<Path, ReentrantLock> IN_THIS_JVM = new ConcurrentHashMap<>();

  private final Path directory;
  private final Path file;
  private final ReentrantLock threads;
  private final @Nullable Object device;

  private long quietUntil = System.nanoTime();

  /** Identifies the locked file; only the thread that holds {@link #threads} uses it. */
  private @Nullable Object held;

  DirectoryLock(Path directory) throws IOException {
    this.directory = directory.toRealPath();
    this.file = this.directory.resolve(".wxtoken.lock");
    this.device = device(this.directory);
    this.threads = IN_THIS_JVM.computeIfAbsent(file, path -> new ReentrantLock(true));
    create();
  }

  /**
   * An action that runs while the lock is held. It runs again if the lock file was removed
   * meanwhile.
   */
  interface Action<T> {
    T run() throws IOException;
  }

  /** Tells {@link #hold} that the file that it locked is no longer the lock file. */
  private static final class LostException extends IOException {}

  /** The lock was not acquired: the wait timed out or was interrupted, and nothing has changed. */
  static final class NotAcquiredException extends FileProblemException {
    private NotAcquiredException(String message) {
      super(message);
    }
  }

  /** Runs the action alone. */
  <T> T hold(Action<T> action) throws IOException {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    awaitThreads();
    try {
      while (true) {
        try {
          return holdOnce(action, deadline);
        } catch (LostException e) {
          requireTime(deadline);
        }
      }
    } finally {
      threads.unlock();
    }
  }

  private <T> T holdOnce(Action<T> action, long deadline) throws IOException {
    requireDirectory();
    Object key = keyOfFileOrCreate();
    try (FileChannel channel = open();
        FileLock lock = lock(channel, deadline)) {
      held = key;
      requireHeld();
      return action.run();
    }
  }

  /**
   * Fails if somebody has removed the lock file since the lock was acquired, so that another
   * process may hold a lock as well. An action calls this just before its change takes effect.
   */
  void requireHeld() throws IOException {
    try {
      if (Objects.equals(held, keyOfFile())) {
        return;
      }
    } catch (NoSuchFileException e) {
      // the same
    }
    throw new LostException();
  }

  /** Fails if the directory or its lock file is missing: that there is no record says nothing. */
  void requireIntact() throws IOException {
    requireDirectory();
    try {
      keyOfFile();
    } catch (NoSuchFileException e) {
      requireSameVolume();
      throw new FileProblemException(
          "the lock file "
              + file
              + " is missing, and so may be records. Restore what was deleted;"
              + " the next save or lease creates the lock file again");
    }
  }

  private void awaitThreads() throws IOException {
    try {
      if (!threads.tryLock(AT_MOST.toNanos(), TimeUnit.NANOSECONDS)) {
        throw tooLate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
  }

  private void requireDirectory() throws IOException {
    try {
      RegularFiles.requireDirectory(directory);
    } catch (NoSuchFileException e) {
      throw new FileProblemException(
          "the directory is missing. Restore it or mount its volume; no restart is needed");
    }
  }

  private Object keyOfFileOrCreate() throws IOException {
    try {
      return keyOfFile();
    } catch (NoSuchFileException e) {
      requireSameVolume();
      create();
      warn();
      throw new LostException(); // to begin anew with it
    }
  }

  /** At most once a minute: somebody may be deleting the file in a loop. */
  private void warn() {
    if (System.nanoTime() - quietUntil >= 0) {
      quietUntil = System.nanoTime() + BETWEEN_WARNINGS.toNanos();
      log.warn("the lock file {} was missing and is created again", file);
    }
  }

  /** Returns what tells files apart, without following a link. */
  private Object keyOfFile() throws IOException {
    BasicFileAttributes found = RegularFiles.attributes(file);
    if (!found.isRegularFile()) {
      throw new FileProblemException(
          "the lock file "
              + file
              + " is "
              + RegularFiles.kind(found)
              + ", not a regular file. Remove it; the next save creates it again");
    }
    // Windows has no key. There, a file that is open is not replaced.
    return Objects.requireNonNullElse(found.fileKey(), file);
  }

  /** The mount point of a volume that is not mounted must not become an empty store. */
  private void requireSameVolume() throws IOException {
    if (!Objects.equals(device, device(directory))) {
      throw new FileProblemException(
          "the directory is on another volume than before and has no "
              + file.getFileName()
              + ". Mount its volume again; to begin with an empty store, restart");
    }
  }

  private static @Nullable Object device(Path directory) throws IOException {
    return HAS_DEVICES
        ? Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS)
        : null;
  }

  private void create() throws IOException {
    try {
      RegularFiles.create(file).close();
    } catch (FileAlreadyExistsException e) {
      // another process was first
    }
  }

  /** Opening for reading, too, does not wait if the entry has just become a pipe. */
  private FileChannel open() throws IOException {
    try {
      return FileChannel.open(
          file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new LostException();
    }
  }

  private FileLock lock(FileChannel channel, long deadline) throws IOException {
    while (true) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      // FileChannel.lock() has no timeout, so other processes are waited for by asking again.
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      requireTime(deadline);
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(200_000, 3_000_000));
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another copy of this class in this JVM holds it
    }
  }

  private void requireTime(long deadline) throws IOException {
    if (System.nanoTime() - deadline > 0) {
      throw tooLate();
    }
  }

  private IOException tooLate() {
    return new NotAcquiredException(
        "the lock file "
            + file
            + " was not locked within "
            + AT_MOST.toSeconds()
            + " s. Check whether the disk is slow, or another process holds the lock");
  }

  private static IOException interrupted() {
    return new NotAcquiredException(
        "the thread was interrupted while it waited for the lock. Nothing has changed; call again");
  }
}
