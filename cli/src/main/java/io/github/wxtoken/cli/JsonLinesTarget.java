package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file with the JSON of a token in each line, readable by its owner alone. It appears under its
 * name when it is complete. For one thread.
 */
final class JsonLinesTarget implements AutoCloseable {
  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private final BufferedWriter writer;

  private JsonLinesTarget(Path file, Path partial, FileChannel channel) {
    this.file = file;
    this.partial = partial;
    this.channel = channel;
    this.writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), 1 << 16);
  }

  /** Refuses a name that is taken. */
  static void requireAbsent(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw CliException.usage(
          "cannot write the file " + file, "it exists", "Name another file, or delete that one");
    }
  }

  static JsonLinesTarget create(Path file) {
    requireAbsent(file);
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      boolean posix = partial.getFileSystem().supportedFileAttributeViews().contains("posix");
      Set<StandardOpenOption> options =
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileChannel channel =
          posix
              ? FileChannel.open(
                  partial,
                  options,
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))
              : FileChannel.open(partial, options);
      return new JsonLinesTarget(file, partial, channel);
    } catch (IOException e) {
      throw Problems.file(
          "cannot write the file " + file, e, "Name a directory that you may write");
    }
  }

  void write(OAuthToken token) {
    try {
      writer.write(token.toJson());
      writer.write('\n');
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Makes the file appear under its name, on the disk. */
  void complete() {
    try {
      writer.flush();
      channel.force(true);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CliException failed(IOException e) {
    return Problems.file(
        "cannot write the file " + file,
        e,
        "Nothing is left of it. Make room, or name another directory, and run the command again");
  }

  /** Deletes what is incomplete. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      // A later run deletes it.
    }
  }
}
