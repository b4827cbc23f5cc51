package io.github.wxtoken;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases as files, named like the lease, that hold owner and expiry; looked at and changed under
 * the lock of the directory.
 *
 * <p>They are not forced to the disk: after a power cut no process is left that held one.
 */
final class FileLeases {
  private static final Logger log = LoggerFactory.getLogger(FileTokenStore.class);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
  private static final int SWEEP_AT_MOST = 1_000;

  private final Path directory;
  private final DirectoryLock lock;
  private long swept = System.nanoTime();

  /** The leases of this process, the one that is over first first; most were released before. */
  private final Queue<Taken> taken = new PriorityQueue<>(Comparator.comparingLong(Taken::expiry));

  private record Taken(Path file, long expiry) {}

  FileLeases(Path directory, DirectoryLock lock) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.lock = lock;
  }

  /** Returns the lease, or null while another holds it. */
  @Nullable Lease tryLease(String name, Duration atMost) throws IOException {
    long start = System.nanoTime();
    Path file = directory.resolve(name);
    String owner = UUID.randomUUID().toString();
    boolean ours =
        lock.hold(
            () -> {
              deleteOwn();
              sweep();
              if (!isOver(file)) {
                return false;
              }
              long expiry = System.currentTimeMillis() + TimedLease.storedMillis(atMost);
              DirectoryLock.createPrivate(file);
              Files.writeString(file, owner + " " + expiry);
              taken.add(new Taken(file, expiry));
              return true;
            });
    return ours ? new TimedLease(start, atMost, () -> release(file, owner)) : null;
  }

  /** A file that cannot be read was left by a process that died while it wrote: nobody's lease. */
  private static boolean isOver(Path file) throws IOException {
    try {
      String[] ownerAndExpiry = Files.readString(file).split(" ", -1);
      return ownerAndExpiry.length != 2
          || Long.parseLong(ownerAndExpiry[1]) <= System.currentTimeMillis();
    } catch (NoSuchFileException | CharacterCodingException | NumberFormatException e) {
      return true;
    }
  }

  /**
   * Leases of codes are never closed; without this their files would pile up. Two for each that is
   * taken: the number falls, and nobody waits for many.
   */
  private void deleteOwn() throws IOException {
    for (int i = 0; i < 2; i++) {
      Taken first = taken.peek();
      if (first == null || first.expiry > System.currentTimeMillis()) {
        return;
      }
      taken.remove();
      if (isOver(first.file)) {
        Files.deleteIfExists(first.file);
      }
    }
  }

  /** Deletes what processes that are no more have left. */
  private void sweep() throws IOException {
    if (System.nanoTime() - swept < SWEEP_EVERY.toNanos()) {
      return;
    }
    swept = System.nanoTime();
    int looked = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (isOver(file)) {
          Files.deleteIfExists(file);
        }
        if (++looked == SWEEP_AT_MOST) {
          return;
        }
      }
    }
  }

  private void release(Path file, String owner) {
    try {
      lock.hold(() -> isHeldBy(owner, file) && Files.deleteIfExists(file));
    } catch (IOException e) {
      log.warn("the lease {} is not released and runs out by itself", file.getFileName(), e);
    }
  }

  private static boolean isHeldBy(String owner, Path file) throws IOException {
    try {
      return Files.readString(file).startsWith(owner + " ");
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
