package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A {@link FileTokenStore} in a directory in which somebody plants pipes, links, devices and files
 * that are too long: nothing hangs, nothing outside is read or written, and others are not held up.
 */
@DisabledOnOs(OS.WINDOWS) // no entries of these kinds
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlantedFilesTest {
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir(factory = FileTokenStoreContractTest.InMemory.class)
  Path root;

  private Path directory;
  private Path outside;
  private TokenStore store;

  @BeforeEach
  void open() throws IOException {
    directory = root.resolve("store");
    outside = Files.createDirectory(root.resolve("outside"));
    store = new FileTokenStore(directory);
    store.saveToken("oGood", token("oGood"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoRecordIsCorruptAndHoldsNobodyUp(Planted kind) throws Exception {
    kind.plant(record("oBad"), outside);

    assertCorrupt(() -> store.getToken("oBad"));
    assertCorrupt(() -> store.replaceToken("oBad", token("oBad"), token("oBad")));
    assertThat(store.saveTokenIfAbsent("oBad", token("oBad"))).isFalse();
    store.saveToken("oNew", token("oNew"));

    List<CorruptTokenException> reports = new ArrayList<>();
    try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
      assertThat(tokens).containsExactlyInAnyOrder(token("oGood"), token("oNew"));
    }
    assertThat(reports).extracting(CorruptTokenException::openid).containsExactly("oBad");
  }

  @ParameterizedTest
  @EnumSource
  void aSignInReplacesWhatIsNoRecordAndWritesNowhereElse(Planted kind) throws Exception {
    kind.plant(record("oBad"), outside);
    Map<String, String> before = outsideContent();

    store.saveToken("oBad", token("oBad"));

    assertThat(store.getToken("oBad")).contains(token("oBad"));
    assertThat(record("oBad")).isRegularFile().satisfies(PlantedFilesTest::assertIsNoLink);
    assertThat(outsideContent()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void deletingATokenRemovesWhatIsNoRecordAndNothingElse(Planted kind) throws Exception {
    kind.plant(record("oBad"), outside);
    Map<String, String> before = outsideContent();

    assertThat(store.deleteToken("oBad")).isTrue();

    assertThat(store.getToken("oBad")).isEmpty();
    assertThat(store.deleteToken("oBad")).isFalse();
    assertThat(outsideContent()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoLeaseIsReplacedByALeaseThatExcludesOthers(Planted kind) throws Exception {
    kind.plant(lease("refresh:oA"), outside);
    Map<String, String> before = outsideContent();

    try (TokenStore other = new FileTokenStore(directory)) {
      assertThat(store.tryLease("refresh:oA", LONG)).isPresent();
      assertThat(other.tryLease("refresh:oA", LONG)).isEmpty();
    }
    assertThat(outsideContent()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void aLeaseThatWasReplacedIsReleasedWithoutTouchingWhatIsThere(Planted kind) throws Exception {
    var held = store.tryLease("refresh:oA", LONG).orElseThrow();
    Files.delete(lease("refresh:oA"));
    kind.plant(lease("refresh:oA"), outside);

    held.close();

    assertThat(Files.exists(lease("refresh:oA"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(store.tryLease("refresh:oA", LONG)).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoLockFileFailsWritersUntilItIsRemoved(Planted kind) throws Exception {
    assumeFalse(kind.isFile(), "a file of any content is a lock file");
    Files.delete(lock());
    kind.plant(lock(), outside);
    Map<String, String> before = outsideContent();

    assertFails(() -> store.saveToken("oGood", token("oGood")), ".wxtoken.lock", "Remove it");
    assertFails(() -> store.deleteToken("oGood"), ".wxtoken.lock", "Remove it");
    assertFails(() -> store.getToken("oUnknown"), ".wxtoken.lock", "Remove it");
    assertFails(() -> store.tokens().close(), ".wxtoken.lock", "Remove it");
    assertThatThrownBy(() -> store.tryLease("refresh:oA", LONG))
        .isInstanceOf(LeaseUnavailableException.class);
    assertThatThrownBy(() -> new FileTokenStore(directory)).isInstanceOf(TokenStoreException.class);
    assertThat(store.getToken("oGood")).contains(token("oGood"));
    assertThat(outsideContent()).isEqualTo(before);

    remove(lock());
    assertWorks();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoDirectoryOfLeasesFailsLeasesAloneUntilItIsRemoved(Planted kind) throws Exception {
    assumeFalse(kind.name().startsWith("DIRECTORY"), "that is a directory");
    Files.delete(leases());
    kind.plant(leases(), outside);
    Map<String, String> before = outsideContent();

    assertThatThrownBy(() -> store.tryLease("refresh:oA", LONG))
        .isInstanceOf(LeaseUnavailableException.class)
        .hasMessageContaining(".wxtoken.leases")
        .hasMessageContaining("Remove it");
    store.saveToken("oGood", token("oGood"));
    assertThat(store.getToken("oUnknown")).isEmpty();
    assertThat(outsideContent()).isEqualTo(before);

    remove(leases());
    assertWorks();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoDirectoryIsNotOpened(Planted kind) throws Exception {
    assumeFalse(kind.name().startsWith("DIRECTORY"), "that is a directory");
    assumeFalse(kind == Planted.LINK_TO_DIRECTORY, "an operator may link to the directory");
    Path planted = root.resolve("planted");
    kind.plant(planted, outside);

    assertThatThrownBy(() -> new FileTokenStore(planted))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(planted.toString());
  }

  @ParameterizedTest
  @EnumSource
  void whatTakesTheDirectorysPlaceIsAnErrorUntilTheDirectoryIsBack(Planted kind) throws Exception {
    assumeFalse(kind.name().startsWith("DIRECTORY"), "that is a directory");
    Path away = root.resolve("away");
    Files.move(directory, away);
    kind.plant(directory, outside);
    Map<String, String> before = outsideContent();

    assertThatThrownBy(() -> store.getToken("oGood")).isInstanceOf(TokenStoreException.class);
    assertThatThrownBy(() -> store.saveToken("oGood", token("oGood")))
        .isInstanceOf(TokenStoreException.class);
    assertThatThrownBy(() -> store.tryLease("refresh:oA", LONG))
        .isInstanceOf(LeaseUnavailableException.class);
    assertThat(outsideContent()).isEqualTo(before);

    remove(directory);
    Files.move(away, directory);
    assertWorks();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoTemporaryFileDoesNotKeepAStoreFromOpening(Planted kind) throws Exception {
    Path planted = directory.resolve(".wxtoken.tmp.planted");
    kind.plant(planted, outside);
    Map<String, String> before = outsideContent();

    new FileTokenStore(directory).close();

    assertThat(Files.exists(planted, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(outsideContent()).isEqualTo(before);
  }

  @Test
  void aDirectoryWithContentIsMovedAsideAndNotDeleted() throws Exception {
    Planted.DIRECTORY_WITH_CONTENT.plant(record("oBad"), outside);
    Planted.DIRECTORY_WITH_CONTENT.plant(lease("refresh:oA"), outside);

    store.saveToken("oBad", token("oBad"));
    assertThat(store.tryLease("refresh:oA", LONG)).isPresent();

    try (Stream<Path> moved = Files.walk(directory.resolve(".wxtoken.aside"))) {
      assertThat(moved.filter(Files::isRegularFile))
          .hasSize(2)
          .allMatch(f -> f.endsWith("content"));
    }
  }

  @Test
  void aDirectoryThatCannotBeMovedAsideIsAnErrorThatSaysWhatToRemove() throws Exception {
    Planted.DIRECTORY_WITH_CONTENT.plant(record("oBad"), outside);
    Files.writeString(directory.resolve(".wxtoken.aside"), "in the way");

    assertFails(() -> store.saveToken("oBad", token("oBad")), ".wxtoken.aside", "Remove it");
    assertThat(record("oBad").resolve("content")).exists();
  }

  @Test
  void aLinkToTheDirectoryThatTheOperatorNamesIsFollowed() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("link"), directory);

    try (TokenStore other = new FileTokenStore(link)) {
      assertThat(other.getToken("oGood")).contains(token("oGood"));
      other.saveToken("oNew", token("oNew"));
    }
    assertThat(store.getToken("oNew")).contains(token("oNew"));
  }

  @Test
  void aLeaseOfAThousandYearsIsNobodys() throws Exception {
    for (String expiry : List.of("9223372036854775807", "-9223372036854775808", "4102444800000")) {
      Files.writeString(lease("refresh:oA"), "somebody " + expiry);

      var lease = store.tryLease("refresh:oA", LONG);

      assertThat(lease).as(expiry).isPresent();
      lease.get().close();
    }
  }

  @Test
  void aRecordThatIsAHardLinkOfTheLockFileDoesNotReleaseTheLock() throws Exception {
    Files.setLastModifiedTime(lock(), FileTime.from(Instant.EPOCH));
    Files.createLink(record("oBad"), lock());

    assertCorrupt(() -> store.getToken("oBad"));
    store.saveToken("oBad", token("oBad"));
    assertThat(lock()).isEmptyFile();
    assertWorks();
  }

  @Test
  void aRecordThatThisProcessMayNotReadIsCorruptAndTheScanGoesOn() throws Exception {
    store.saveToken("oBad", token("oBad"));
    Files.setPosixFilePermissions(record("oBad"), PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(record("oBad")), "this user may read everything");

    assertCorrupt(() -> store.getToken("oBad"));
    try (Stream<OAuthToken> tokens = store.tokens()) {
      assertThat(tokens).containsExactly(token("oGood"));
    }
    store.saveToken("oBad", token("oBad"));
    assertThat(store.getToken("oBad")).contains(token("oBad"));
  }

  @Test
  void aRecordThatThisProcessMayNotWriteIsRead() throws Exception {
    Files.setPosixFilePermissions(record("oGood"), PosixFilePermissions.fromString("r--------"));

    assertThat(store.getToken("oGood")).contains(token("oGood"));
    assertThat(store.replaceToken("oGood", token("oGood"), token("oGood"))).isTrue();
  }

  private void assertWorks() {
    store.saveToken("oGood", token("oGood"));
    store.saveToken("oNew", token("oNew"));
    assertThat(store.getToken("oNew")).contains(token("oNew"));
    assertThat(store.getToken("oUnknown")).isEmpty();
    try (TokenStore other = new FileTokenStore(directory)) {
      assertThat(store.tryLease("refresh:oWorks", LONG)).isPresent();
      assertThat(other.tryLease("refresh:oWorks", LONG)).isEmpty();
    }
  }

  private static void assertCorrupt(Runnable read) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            CorruptTokenException.class, e -> assertThat(e.openid()).isEqualTo("oBad"))
        .satisfies(e -> Secret.assertNotIn(e, Planted.TEXT));
  }

  private static void assertFails(Runnable operation, String... says) {
    assertThatThrownBy(operation::run)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContainingAll(says);
  }

  private static void assertIsNoLink(Path file) {
    assertThat(Files.isSymbolicLink(file)).isFalse();
  }

  /** Returns the content outside of the directory: names, and the content of regular files. */
  private Map<String, String> outsideContent() throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> entries = Files.walk(outside)) {
      for (Path entry : entries.toList()) {
        boolean file = Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
        content.put(entry.toString(), file ? Files.readString(entry) : "");
      }
    }
    return content;
  }

  private static void remove(Path entry) throws IOException {
    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(entry.resolve("content"));
    }
    Files.delete(entry);
  }

  private Path record(String openid) {
    return directory.resolve(openid + ":access_token.txt");
  }

  private Path leases() {
    return directory.resolve(".wxtoken.leases");
  }

  private Path lease(String name) {
    return leases().resolve(name);
  }

  private Path lock() {
    return directory.resolve(".wxtoken.lock");
  }

  private static OAuthToken token(String openid) {
    return OAuthToken.builder().openid(openid).accessToken("AT-of-" + openid).build();
  }
}
