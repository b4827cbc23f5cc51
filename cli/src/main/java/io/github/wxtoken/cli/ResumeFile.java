package io.github.wxtoken.cli;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How far a copy has come, on the disk: a kill at any moment leaves the last state or the one
 * before. It names both stores and the last openid, and has no secret. For one thread.
 */
final class ResumeFile {
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String POSITION = "position";
  private static final String DONE = "done";
  private static final long PAUSE_NANOS = 1_000_000_000;

  private final Path file;
  private final String from;
  private final String to;
  private @Nullable String position;
  private long earlier;
  private long written = System.nanoTime() - PAUSE_NANOS;

  private ResumeFile(Path file, String from, String to) {
    this.file = file;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads the state of an earlier run, if there is one, and checks that a state can be written.
   *
   * @param from the identity of the source
   * @param to the identity of the target
   */
  static ResumeFile open(Path file, String from, String to) {
    ResumeFile resume = new ResumeFile(file, from, to);
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        resume.read();
      }
      resume.write(resume.position, 0);
      return resume;
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(file, e instanceof IOException io ? Problems.why(io) : "it is no resume file");
    }
  }

  private void read() throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is not a regular file");
    }
    Properties state = new Properties();
    state.load(new StringReader(Files.readString(file)));
    if (state.getProperty(FROM) == null || state.getProperty(DONE) == null) {
      throw new IOException("it is no resume file");
    }
    if (!from.equals(state.getProperty(FROM)) || !to.equals(state.getProperty(TO))) {
      throw CliException.usage(
          "cannot go on from " + file,
          "it is of another copy, from " + state.getProperty(FROM) + " to " + state.getProperty(TO),
          "Name another file, or delete that one to copy everything");
    }
    position = state.getProperty(POSITION);
    earlier = Long.parseLong(state.getProperty(DONE));
  }

  private static CliException unusable(Path file, String why) {
    return CliException.failed(
        "cannot keep the state of the copy in " + file,
        why,
        "Name a file in a directory that you may write, on a disk with room");
  }

  /** Returns behind which position to begin; null to begin at the start. */
  @Nullable String position() {
    return position;
  }

  /** Writes the state, once a second at most. */
  void reached(@Nullable String reached, long done) {
    if (System.nanoTime() - written >= PAUSE_NANOS) {
      writeNow(reached, done);
    }
  }

  /** Writes the state. */
  void writeNow(@Nullable String reached, long done) {
    try {
      write(reached, done);
    } catch (IOException e) {
      throw CliException.failed(
          "the copy has stopped: cannot keep its state in " + file,
          Problems.why(e),
          "What was copied is at the target. Make room, and run the same command again");
    }
    written = System.nanoTime();
  }

  private void write(@Nullable String reached, long done) throws IOException {
    Properties state = new Properties();
    state.setProperty(FROM, from);
    state.setProperty(TO, to);
    if (reached != null) {
      state.setProperty(POSITION, reached);
    }
    state.setProperty(DONE, String.valueOf(earlier + done));
    StringWriter text = new StringWriter();
    state.store(text, "How far wxtoken copy has come. Delete it to copy everything again.");
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text.toString());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    position = reached;
  }

  /**
   * Deletes the state of a copy that is complete.
   *
   * @return why it is still there, or null
   */
  @Nullable String delete() {
    try {
      Files.deleteIfExists(file);
      return null;
    } catch (IOException e) {
      return "cannot delete "
          + file
          + ": "
          + Problems.why(e)
          + ". Delete it, or the next run leaves out the tokens before its position";
    }
  }
}
