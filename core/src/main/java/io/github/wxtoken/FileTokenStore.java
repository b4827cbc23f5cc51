package io.github.wxtoken;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens in a directory, one file each, in wechat-oauth's format: {@code <openid>:access_token.txt}
 * with the JSON of the token (protocol, section 13.2). Safe for the threads and processes of one
 * machine; not for a network file system.
 *
 * <p>A write goes to a temporary file that is forced to the disk and renamed, so a reader sees the
 * old token or the new one, and what was acknowledged survives a power cut. Writers take turns by a
 * lock on a file, and give up after 3 seconds. A Node process takes no lock: its blind writes may
 * undo one of ours, and are seen half-written at times, so a reader that finds broken JSON looks
 * again for a second.
 *
 * <p>Files are readable by their owner alone: processes that share a directory run as one user. In
 * one JVM a directory may be used by one copy of this class: of two web applications that bring
 * wxtoken each, each needs a directory of its own.
 *
 * <p>Leases are files too, judged by the machine's clock. Thread-safe.
 */
public final class FileTokenStore implements TokenStore {
  private static final String SUFFIX = ":access_token.txt";
  private static final String TEMPORARY = ".wxtoken.tmp.";

  /** Node empties a file and fills it later: on a busy machine more than 20 ms later (seen). */
  private static final Duration NODE_IS_WRITING = Duration.ofSeconds(1);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final Path directory;
  private final DirectoryLock lock;
  private final FileLeases leases;
  private volatile boolean closed;

  /**
   * Opens a directory, which is made if it is not there.
   *
   * @param directory where the files are; wechat-oauth's README uses the working directory
   * @throws IllegalArgumentException if it is null
   * @throws TokenStoreException if it cannot be written, or its file system folds case or allows no
   *     colon in a name
   */
  public FileTokenStore(Path directory) {
    if (directory == null) {
      throw new IllegalArgumentException("directory must not be null");
    }
    try {
      Files.createDirectories(directory);
      this.directory = directory.toRealPath();
      this.lock = new DirectoryLock(this.directory.resolve(".wxtoken.lock"));
      this.leases = new FileLeases(this.directory.resolve(".wxtoken.leases"), lock);
      // Nobody writes while we hold the lock, so what is there was left by a process that died.
      lock.hold(() -> deleteTemporaries() && refuseFoldedCase());
    } catch (IOException | InvalidPathException e) {
      throw new TokenStoreException("cannot keep tokens in the directory " + directory, e);
    }
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    return attempt("read the token of " + openid, () -> Optional.ofNullable(read(openid)));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    ByteBuffer json = json(TokenStores.requireToken(openid, token));
    attempt("save the token of " + openid, () -> lock.hold(() -> write(openid, json)));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    ByteBuffer json = json(TokenStores.requireToken(openid, token));
    return attempt(
        "save the token of " + openid,
        () -> lock.hold(() -> Files.notExists(file(openid)) && write(openid, json)));
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    ByteBuffer json = json(TokenStores.requireToken(openid, token));
    return attempt(
        "replace the token of " + openid,
        () ->
            lock.hold(
                () -> {
                  OAuthToken stored = read(openid);
                  return stored != null && stored.sameGrant(expected) && write(openid, json);
                }));
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return attempt(
        "delete the token of " + openid,
        () ->
            lock.hold(
                () -> {
                  boolean deleted = Files.deleteIfExists(file(openid));
                  force(directory);
                  return deleted;
                }));
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    // A rename may move the entry of its target within the directory (seen on tmpfs): a listing
    // meanwhile could show a token twice, or never. The tokens are read later, one by one.
    List<String> openids = attempt("list tokens", () -> lock.hold(this::openids));
    return openids.stream().flatMap(openid -> getToken(openid).stream());
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    return attempt("lease " + name, () -> Optional.ofNullable(leases.tryLease(name, atMost)));
  }

  @Override
  public void close() {
    closed = true;
  }

  private Path file(String openid) {
    return directory.resolve(openid + SUFFIX);
  }

  private @Nullable OAuthToken read(String openid) throws IOException {
    long end = System.nanoTime() + NODE_IS_WRITING.toNanos();
    while (true) {
      try {
        return parse(openid);
      } catch (CorruptTokenException e) {
        // Node writes in place: what we saw may have been half of a token.
        if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      }
    }
  }

  private @Nullable OAuthToken parse(String openid) throws IOException {
    try {
      if (Files.size(file(openid)) > 4L * Json.MAX_CHARS) {
        throw new CorruptTokenException(openid, "the file is too large");
      }
      OAuthToken token = OAuthToken.fromJson(Files.readString(file(openid)));
      if (!token.openid().equals(openid)) {
        throw new CorruptTokenException(openid, "it is of another openid");
      }
      return token;
    } catch (NoSuchFileException e) {
      return null;
    } catch (CharacterCodingException e) {
      throw new CorruptTokenException(openid, "not UTF-8");
    } catch (IllegalArgumentException e) {
      throw new CorruptTokenException(openid, String.valueOf(e.getMessage()));
    }
  }

  private static ByteBuffer json(OAuthToken token) {
    return StandardCharsets.UTF_8.encode(TokenStores.requireJson(token));
  }

  private boolean write(String openid, ByteBuffer json) throws IOException {
    Path temporary = directory.resolve(TEMPORARY + UUID.randomUUID());
    try {
      DirectoryLock.createPrivate(temporary);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        while (json.hasRemaining()) {
          channel.write(json);
        }
        channel.force(true);
      }
      Files.move(temporary, file(openid), StandardCopyOption.ATOMIC_MOVE);
      force(directory);
      return true;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A rename is on the disk when the directory is. */
  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Where case is folded, one user's token would be another's. */
  private boolean refuseFoldedCase() throws IOException {
    String name = TEMPORARY + UUID.randomUUID() + ":";
    Path lower = directory.resolve(name + "a");
    Files.createFile(lower);
    try {
      if (Files.exists(directory.resolve(name + "A"))) {
        throw new TokenStoreException("the file system of " + directory + " folds case", null);
      }
      return true;
    } finally {
      Files.delete(lower);
    }
  }

  private boolean deleteTemporaries() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, TEMPORARY + "*")) {
      for (Path temporary : left) {
        Files.deleteIfExists(temporary);
      }
    }
    return true;
  }

  private List<String> openids() throws IOException {
    List<String> openids = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String openid = name.substring(0, name.length() - SUFFIX.length());
        if (TokenStores.isOpenid(openid)) {
          openids.add(openid);
        }
      }
    }
    return openids;
  }

  private <T> T attempt(String what, DirectoryLock.Action<T> action) {
    if (closed) {
      throw new TokenStoreException("the store in " + directory + " is closed", null);
    }
    try {
      return action.run();
    } catch (IOException | DirectoryIteratorException e) {
      throw new TokenStoreException("cannot " + what + " in " + directory, e);
    }
  }

  /** {@code file:DIR} */
  static final class Provider implements TokenStoreProvider {
    @Override
    public boolean accepts(String url) {
      return url.startsWith("file:");
    }

    @Override
    public Set<String> options() {
      return Set.of();
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      return new FileTokenStore(directory(url));
    }

    static Path directory(String url) {
      // Both file:/dir and the file:///dir that URI classes write.
      String path = url.substring("file:".length()).replaceFirst("^//(?=/)", "");
      if (path.isBlank()) {
        throw new IllegalArgumentException("url must name a directory: file:DIR");
      }
      try {
        return Path.of(path);
      } catch (InvalidPathException e) {
        // Its message quotes the path.
        throw new IllegalArgumentException("url must name a directory: file:DIR");
      }
    }
  }
}
