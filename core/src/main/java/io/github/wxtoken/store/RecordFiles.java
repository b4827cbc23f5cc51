package io.github.wxtoken.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;

/** The files of the records: how they are named, replaced, removed and listed. */
final class RecordFiles {
  private static final String TEMPORARY = ".wxtoken.tmp.";
  private static final int MAX_TEMPORARIES = 1_000;

  /** How long a scan keeps writers waiting at a time: about 250,000 names (measured). */
  private static final Duration LISTING = Duration.ofMillis(250);

  /** Longer than another process waits before it asks for the lock again. */
  private static final Duration BETWEEN_LISTINGS = Duration.ofMillis(5);

  private final Path directory;
  private final String suffix;
  private final DirectoryLock lock;

  RecordFiles(Path directory, String suffix, DirectoryLock lock) {
    this.directory = directory;
    this.suffix = suffix;
    this.lock = lock;
  }

  Path file(String openid) {
    return directory.resolve(openid + suffix);
  }

  /** The directory to which directories in place of a record or a lease are moved. */
  Path aside() {
    return directory.resolve(".wxtoken.aside");
  }

  /** Tells whether there is an entry, be it a link to nowhere. Needs the lock. */
  boolean has(String openid) throws IOException {
    try {
      RegularFiles.attributes(file(openid));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Puts a record in place of whatever is there, and returns true. Needs the lock. */
  boolean write(String openid, ByteBuffer content) throws IOException {
    Path temporary = directory.resolve(TEMPORARY + UUID.randomUUID());
    try {
      try (FileChannel channel = RegularFiles.create(temporary)) {
        ByteBuffer rest = content.duplicate();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      lock.requireHeld();
      moveOver(temporary, file(openid));
      force();
      return true;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void moveOver(Path temporary, Path file) throws IOException {
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // A rename replaces everything but a directory.
      if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      RegularFiles.remove(file, aside());
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Removes whatever is there, and returns whether there was anything. Needs the lock. */
  boolean remove(String openid) throws IOException {
    lock.requireHeld();
    boolean removed = RegularFiles.remove(file(openid), aside());
    force();
    return removed;
  }

  /** A rename is on the disk when the directory is. */
  private void force() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes the files left by processes that died during a write. */
  void deleteTemporaries() throws IOException {
    List<Path> found;
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directory, entry -> name(entry).startsWith(TEMPORARY))) {
      found = StreamSupport.stream(entries.spliterator(), false).limit(MAX_TEMPORARIES).toList();
    }
    // Nobody writes while we hold the lock, and no name comes twice.
    lock.hold(
        () -> {
          for (Path temporary : found) {
            RegularFiles.remove(temporary, aside());
          }
          return true;
        });
  }

  /**
   * Refuses a file system that ignores case: one user's token would be another's. Needs the lock.
   */
  boolean refuseFoldedCase() throws IOException {
    String name = TEMPORARY + UUID.randomUUID() + ":";
    Path lower = directory.resolve(name + "a");
    RegularFiles.create(lower).close();
    try {
      if (Files.exists(directory.resolve(name + "A"), LinkOption.NOFOLLOW_LINKS)) {
        throw new FileProblemException(
            "its file system folds case, so two users would share a record. Use another one");
      }
      return true;
    } finally {
      Files.delete(lower);
    }
  }

  /**
   * Lists the keys, and takes the lock for it: a rename may move the entry of its target within the
   * directory (seen on tmpfs), so a listing meanwhile could show a key twice, or never.
   *
   * <p>A large directory is listed in parts, between which others write. Then it is listed again
   * until nothing new is found, for the entries that moved to a part that had been listed.
   */
  Set<String> openids() throws IOException {
    return openids(LISTING);
  }

  Set<String> openids(Duration part) throws IOException {
    Set<String> openids = new LinkedHashSet<>();
    int before;
    boolean atOnce;
    do {
      before = openids.size();
      atOnce = list(part, openids);
    } while (!atOnce && openids.size() > before);
    return openids;
  }

  /** Returns whether the lock was held from the first name to the last. */
  private boolean list(Duration part, Set<String> openids) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      Iterator<Path> rest = entries.iterator();
      boolean atOnce = true;
      while (lock.hold(() -> listPart(part, rest, openids))) {
        atOnce = false;
        LockSupport.parkNanos(BETWEEN_LISTINGS.toNanos());
      }
      return atOnce;
    }
  }

  /** Returns whether there is more. */
  private boolean listPart(Duration part, Iterator<Path> rest, Set<String> openids) {
    long start = System.nanoTime();
    while (rest.hasNext()) {
      String name = name(rest.next());
      if (name.endsWith(suffix)) {
        String openid = name.substring(0, name.length() - suffix.length());
        if (TokenStores.isOpenid(openid)) {
          openids.add(openid);
        }
      }
      if (System.nanoTime() - start > part.toNanos()) {
        return true;
      }
    }
    return false;
  }

  private static String name(Path entry) {
    return String.valueOf(entry.getFileName());
  }
}
