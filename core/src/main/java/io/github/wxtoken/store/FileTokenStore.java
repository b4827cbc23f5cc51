package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tokens in a directory, one file each, in wechat-oauth's format: {@code <openid>:access_token.txt}
 * with the JSON of the token (docs/wechat-protocol.md#records-of-wechat-oauth). Safe for the
 * threads and processes of one machine; not for a network file system.
 *
 * <p>A write goes to a temporary file that is forced to the disk and renamed, so a reader sees the
 * old token or the new one, and what was acknowledged survives a power cut. Writers exclude each
 * other by a lock on a file, and give up after 3 seconds. A Node process takes no lock: its blind
 * writes may undo one of ours. It writes in place, so a reader that finds broken JSON in a file
 * that changed less than a second ago reads it again for up to a second, without the lock.
 *
 * <p>Files are readable by their owner alone: processes that share a directory run as one user. In
 * one JVM a directory may be used by one copy of this class: of two web applications that bring
 * wxtoken each, each needs a directory of its own.
 *
 * <p>A user who can write to the directory can change and delete tokens and leases, but not make a
 * process hang, read without bound, or write elsewhere. Links are not followed. A record that is
 * not a regular file, or too long, is a {@link CorruptTokenException}; saving or deleting the token
 * removes it. If it is a directory with content, it is moved to {@code .wxtoken.aside}.
 *
 * <p>If the directory or {@code .wxtoken.lock} in it is missing, a token that is not found is a
 * {@link TokenStoreException}, not an empty result. The store works again once the directory is
 * back, without a restart. A save or a lease creates the lock file and the directory of the leases
 * again, unless the directory is on another volume than before: then its volume is not mounted.
 *
 * <p>Leases are files too, judged by the machine's clock. Thread-safe.
 */
public final class FileTokenStore implements TokenStore {
  private static final String SUFFIX = ":access_token.txt";

  /** Each character of a record has at most four bytes. */
  private static final int MAX_BYTES = 4 * TokenStores.MAX_RECORD_CHARS;

  private final Path directory;
  private final DirectoryLock lock;
  private final RecordFiles files;
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
      this.lock = new DirectoryLock(this.directory);
      this.files = new RecordFiles(this.directory, SUFFIX, lock);
      this.leases = new FileLeases(this.directory.resolve(".wxtoken.leases"), files.aside(), lock);
      files.deleteTemporaries();
      lock.hold(files::refuseFoldedCase);
    } catch (IOException | DirectoryIteratorException | InvalidPathException e) {
      throw new TokenStoreException(
          "cannot keep tokens in the directory " + directory + ": " + reason(e), e);
    }
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    TokenStores.requireOpenid(openid);
    return attempt("read the token of " + openid, () -> read(openid));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    ByteBuffer json = json(TokenStores.requireToken(openid, token));
    attempt("save the token of " + openid, () -> lock.hold(() -> files.write(openid, json)));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    ByteBuffer json = json(TokenStores.requireToken(openid, token));
    return attempt(
        "save the token of " + openid,
        () -> lock.hold(() -> !files.has(openid) && files.write(openid, json)));
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    ByteBuffer json = json(TokenStores.requireToken(openid, token));
    return attempt(
        "replace the token of " + openid,
        () ->
            HalfWritten.retry(
                files.file(openid),
                () -> lock.hold(() -> holds(expected, openid) && files.write(openid, json))));
  }

  @Override
  public boolean deleteToken(String openid) {
    TokenStores.requireOpenid(openid);
    return attempt("delete the token of " + openid, () -> lock.hold(() -> files.remove(openid)));
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    return attempt(
        "delete the token of " + openid,
        () ->
            HalfWritten.retry(
                files.file(openid),
                () -> lock.hold(() -> holds(expected, openid) && files.remove(openid))));
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    // The tokens are read later, one by one.
    Set<String> openids = attempt("list the tokens", files::openids);
    return openids.stream().flatMap(openid -> readable(openid, corrupt));
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    TokenStores.requireLease(name, atMost);
    requireOpen();
    try {
      return Optional.ofNullable(leases.tryLease(name, atMost));
    } catch (IOException e) {
      String message = "cannot lease " + name + " in " + directory + ": " + reason(e);
      // A slow disk does not mean that leases are unavailable, so no caller may continue without
      // one.
      throw e instanceof DirectoryLock.NotAcquiredException
          ? new TokenStoreException(message, e)
          : new LeaseUnavailableException(message, e);
    }
  }

  @Override
  public String description() {
    return "files of the directory " + directory;
  }

  @Override
  public List<StoreFinding> diagnose() {
    return attempt("look at the files", () -> FileDiagnosis.of(directory));
  }

  @Override
  public void close() {
    closed = true;
  }

  private Optional<OAuthToken> read(String openid) throws IOException {
    Optional<OAuthToken> token = HalfWritten.retry(files.file(openid), () -> parse(openid));
    if (token.isEmpty()) {
      lock.requireIntact();
    }
    return token;
  }

  private Stream<OAuthToken> readable(String openid, Consumer<CorruptTokenException> corrupt) {
    try {
      return getToken(openid).stream();
    } catch (CorruptTokenException e) {
      corrupt.accept(e);
      return Stream.empty();
    }
  }

  private boolean holds(OAuthToken expected, String openid) throws IOException {
    return parse(openid).filter(expected::sameGrant).isPresent();
  }

  private Optional<OAuthToken> parse(String openid) throws IOException {
    try {
      String json = RegularFiles.read(files.file(openid), MAX_BYTES);
      return Optional.of(TokenRecords.ofJson(openid, json));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileProblemException e) {
      throw new CorruptTokenException(openid, String.valueOf(e.getMessage()));
    }
  }

  private static ByteBuffer json(OAuthToken token) {
    return StandardCharsets.UTF_8.encode(TokenStores.requireJson(token));
  }

  private <T> T attempt(String what, DirectoryLock.Action<T> action) {
    requireOpen();
    try {
      return action.run();
    } catch (IOException | DirectoryIteratorException e) {
      throw new TokenStoreException("cannot " + what + " in " + directory + ": " + reason(e), e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new TokenStoreException("the store in " + directory + " is closed", null);
    }
  }

  /** Says why, and what to do. The JDK's own messages are at times the name of a file alone. */
  private static String reason(Exception e) {
    if (e instanceof FileProblemException) {
      return String.valueOf(e.getMessage());
    }
    if (e instanceof DirectoryIteratorException listing && listing.getCause() != null) {
      return reason(listing.getCause());
    }
    return e.getClass().getSimpleName()
        + (e instanceof FileSystemException file && file.getReason() != null
            ? " (" + file.getReason() + ")"
            : "")
        + ". Check that this process may write there, and that the disk works and has room";
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
