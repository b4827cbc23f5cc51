package io.github.wxtoken.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, creates and removes files in a directory in which others may plant what they like. No
 * method follows a link, waits for the other end of a pipe, or reads more than it was told to.
 */
final class RegularFiles {
  private static final Logger log = LoggerFactory.getLogger(FileTokenStore.class);
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private RegularFiles() {}

  /** Returns the attributes of the entry itself: of a link, not of its target. */
  static BasicFileAttributes attributes(Path entry) throws IOException {
    return Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads a file of UTF-8. An interrupt does not end the reading; the thread stays interrupted.
   *
   * @throws NoSuchFileException if there is no such entry
   * @throws FileProblemException if it is not a regular file of at most so many bytes of UTF-8
   */
  static String read(Path file, int maxBytes) throws IOException {
    BasicFileAttributes found = attributes(file);
    if (!found.isRegularFile()) {
      throw new FileProblemException("its file is " + kind(found) + ", not a regular file");
    }
    if (found.size() > maxBytes) {
      throw new FileProblemException("its file has more than " + maxBytes + " bytes");
    }
    // An empty file is not opened. It may be a hard link of the lock file, and closing that would
    // release the lock of this process.
    ByteBuffer bytes = ByteBuffer.allocate(found.size() == 0 ? 0 : (int) found.size() + 1);
    fill(file, bytes);
    if (bytes.capacity() > 0 && !bytes.hasRemaining()) {
      throw new FileProblemException("its file grew while it was read");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new FileProblemException("not UTF-8");
    }
  }

  /**
   * Reads from the start of the file until its end, or until the buffer is full.
   *
   * <p>Between the look at the attributes and this, the entry may have been exchanged. So it reads
   * at positions, which fails at once on a pipe or socket that nobody writes to.
   */
  static void fill(Path file, ByteBuffer bytes) throws IOException {
    boolean interrupted = false;
    try {
      while (bytes.hasRemaining()) {
        // An interrupt closes the channel of the thread that reads.
        interrupted |= Thread.interrupted();
        try (FileChannel channel = open(file)) {
          while (channel.read(bytes, bytes.position()) > 0) {}
          return;
        } catch (ClosedByInterruptException e) {
          bytes.clear();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Opens a file for reading. It asks for the right to write, too, although nothing is written: if
   * the entry has just become a pipe, opening it for reading alone would wait for a writer.
   */
  private static FileChannel open(Path file) throws IOException {
    try {
      return FileChannel.open(
          file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      return openReadOnly(file);
    }
  }

  /** Opens a file of another user, or one on a file system that is mounted read-only. */
  private static FileChannel openReadOnly(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (AccessDeniedException e) {
      throw new FileProblemException("this process has no right to read its file");
    }
  }

  /** Creates a file that its owner alone may read; fails if there is an entry, be it a link. */
  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        ownerOnly("rw-------"));
  }

  /** Creates a directory for its owner alone, unless there is one; a link to one does not count. */
  static void createDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(directory, ownerOnly("rwx------"));
      } catch (FileAlreadyExistsException e) {
        requireDirectory(directory); // another process may have been first
      }
    }
  }

  /** Fails if the entry is not a directory itself. */
  static void requireDirectory(Path directory) throws IOException {
    BasicFileAttributes found = attributes(directory);
    if (!found.isDirectory()) {
      throw new FileProblemException(
          directory + " is " + kind(found) + ", not a directory. Remove it");
    }
  }

  /**
   * Removes an entry, whatever it is. A directory with content was not made by this library, so it
   * is not deleted but moved aside.
   *
   * @return false if there was none
   */
  static boolean remove(Path entry, Path aside) throws IOException {
    try {
      return Files.deleteIfExists(entry);
    } catch (DirectoryNotEmptyException e) {
      createDirectory(aside);
      Path target = aside.resolve(UUID.randomUUID().toString());
      Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
      log.warn("a directory stands where {} belongs; it is moved to {}", entry, target);
      return true;
    }
  }

  /** Names what an entry is that is not a regular file. */
  static String kind(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return "a symbolic link";
    }
    if (attributes.isDirectory()) {
      return "a directory";
    }
    return attributes.isRegularFile() ? "a regular file" : "a pipe, socket or device";
  }

  private static FileAttribute<?>[] ownerOnly(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
