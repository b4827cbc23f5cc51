package io.github.wxtoken.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
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
 * Leases as files, named like the lease, that hold owner and expiry; read and changed under the
 * lock of the store's directory. Their own directory is created again if it was deleted.
 *
 * <p>They are not forced to the disk: after a power cut no process is left that held one.
 */
final class FileLeases {
  private static final Logger log = LoggerFactory.getLogger(FileTokenStore.class);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
  private static final int SWEEP_AT_MOST = 1_000;

  /** An owner, a space and a number of milliseconds. */
  private static final int MAX_BYTES = 100;

  /** A lease is granted for a day at most; a clock may have been set back since. */
  private static final Duration LONGEST = Duration.ofDays(2);

  private final Path directory;
  private final Path aside;
  private final DirectoryLock lock;
  private long swept = System.nanoTime();

  /** The leases of this process, ordered by expiry; most were released before. */
  private final Queue<Taken> taken = new PriorityQueue<>(Comparator.comparingLong(Taken::expiry));

  private record Taken(Path file, long expiry) {}

  /**
   * Opens the directory of the leases.
   *
   * @param directory where the leases are
   * @param aside where a directory is moved that stands in place of a lease
   * @param lock the lock of the store
   */
  FileLeases(Path directory, Path aside, DirectoryLock lock) throws IOException {
    this.directory = directory;
    this.aside = aside;
    this.lock = lock;
    RegularFiles.createDirectory(directory);
  }

  /** Returns the lease, or null while another holds it. */
  @Nullable Lease tryLease(String name, Duration atMost) throws IOException {
    long start = System.nanoTime();
    Path file = directory.resolve(name);
    String owner = UUID.randomUUID().toString();
    boolean ours = lock.hold(() -> take(file, owner, atMost));
    return ours ? new TimedLease(start, atMost, () -> release(file, owner)) : null;
  }

  private boolean take(Path file, String owner, Duration atMost) throws IOException {
    RegularFiles.createDirectory(directory);
    deleteOwn();
    sweep();
    if (!isFree(file)) {
      return false;
    }
    long expiry = System.currentTimeMillis() + TimedLease.storedMillis(atMost);
    lock.requireHeld();
    RegularFiles.remove(file, aside);
    write(file, owner + " " + expiry);
    taken.add(new Taken(file, expiry));
    return true;
  }

  /** Creates the file: a link that somebody plants at this moment is an error, not followed. */
  private static void write(Path file, String content) throws IOException {
    try (FileChannel channel = RegularFiles.create(file)) {
      channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      Files.deleteIfExists(file); // a lease without a holder
      throw e;
    }
  }

  /**
   * Tells whether nobody holds the lease. An unreadable file is not a lease: its process died
   * during the write, or the entry is not a file of ours.
   */
  private static boolean isFree(Path file) throws IOException {
    try {
      String[] ownerAndExpiry = RegularFiles.read(file, MAX_BYTES).split(" ", -1);
      if (ownerAndExpiry.length != 2) {
        return true;
      }
      long left = Math.subtractExact(Long.parseLong(ownerAndExpiry[1]), System.currentTimeMillis());
      return left <= 0 || left > LONGEST.toMillis();
    } catch (NoSuchFileException
        | FileProblemException
        | NumberFormatException
        | ArithmeticException e) {
      return true;
    }
  }

  /**
   * Deletes expired leases: leases of codes are never closed, and their files would pile up. Each
   * acquired lease deletes at most two, so the number falls and no caller waits for many deletions.
   */
  private void deleteOwn() {
    for (int i = 0; i < 2; i++) {
      Taken first = taken.peek();
      if (first == null || first.expiry > System.currentTimeMillis()) {
        return;
      }
      taken.remove();
      deleteFree(first.file);
    }
  }

  /** Deletes the files left by processes that died. */
  private void sweep() {
    if (System.nanoTime() - swept < SWEEP_EVERY.toNanos()) {
      return;
    }
    swept = System.nanoTime();
    int looked = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        deleteFree(file);
        if (++looked == SWEEP_AT_MOST) {
          return;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("the leases in {} are not swept; the next sweep tries again", directory, e);
    }
  }

  /** An entry that cannot be deleted does not fail the lease that is asked for. */
  private void deleteFree(Path file) {
    try {
      if (isFree(file)) {
        lock.requireHeld();
        RegularFiles.remove(file, aside);
      }
    } catch (IOException e) {
      log.debug("the expired lease {} is not deleted; a sweep tries again", file, e);
    }
  }

  private void release(Path file, String owner) {
    boolean interrupted = Thread.interrupted(); // an interrupted holder releases its lease, too
    try {
      lock.hold(
          () -> {
            boolean ours = isHeldBy(owner, file);
            lock.requireHeld();
            return ours && Files.deleteIfExists(file);
          });
    } catch (IOException e) {
      log.warn("the lease {} is not released and expires by itself", file.getFileName(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean isHeldBy(String owner, Path file) throws IOException {
    try {
      return RegularFiles.read(file, MAX_BYTES).startsWith(owner + " ");
    } catch (NoSuchFileException | FileProblemException e) {
      return false;
    }
  }
}
