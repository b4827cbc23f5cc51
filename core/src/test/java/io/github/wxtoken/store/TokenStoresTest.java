package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.OAuthToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening stores by URL, views of stores, and the rules that all stores share. */
class TokenStoresTest {
  private static OAuthToken token(String openid) {
    return OAuthToken.builder().openid(openid).accessToken("AT of " + openid).createAt(1).build();
  }

  // open

  @Test
  void memoryIsOpened() {
    try (TokenStore one = TokenStores.open("memory:");
        TokenStore other = TokenStores.open("memory:")) {
      assertThat(one).isInstanceOf(MemoryTokenStore.class);
      one.saveToken("OID", token("OID"));
      assertThat(other.getToken("OID")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:", "file://"})
  void aDirectoryIsOpened(String scheme, @TempDir Path directory) {
    try (TokenStore store = TokenStores.open(scheme + directory + "/new")) {
      store.saveToken("OID", token("OID"));
    }
    assertThat(directory.resolve("new/OID:access_token.txt")).exists();
  }

  @Test
  void aFileUrlNamesADirectory(@TempDir Path directory) throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open("file:"))
        .withMessage("url must name a directory: file:DIR");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open("file:/canary\0"))
        .withMessage("url must name a directory: file:DIR")
        .withNoCause();
    Path file = Files.createFile(directory.resolve("file"));
    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> TokenStores.open("file:" + file))
        .withMessageStartingWith("cannot keep tokens in the directory " + file + ": ");
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \n"})
  void aUrlIsNotBlank(String blank) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open(blank))
        .withMessage("url must not be blank");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://user:canary@h/db, wxtoken-store-jdbc",
    "jdbc:mariadb://h/db?user=u&password=canary, wxtoken-store-jdbc",
    "jdbc:sqlite:/tmp/canary.db, wxtoken-store-jdbc",
    "redis://:canary@h, wxtoken-store-redis",
    "rediss://:canary@h, wxtoken-store-redis",
    "redis-sentinel://:canary@h#m, wxtoken-store-redis",
    "redis-cluster://:canary@h, wxtoken-store-redis",
    "mongodb://user:canary@h/db, wxtoken-store-mongo",
    "mongodb+srv://user:canary@h/db?wxtoken.prefix=canary, wxtoken-store-mongo",
  })
  void aStoreWhoseModuleIsMissingNamesTheArtifactAndNoPassword(String url, String artifact) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open(url))
        .withMessageStartingWith(
            "no store on the class path opens this url; add io.github.wxtoken:")
        .withMessageContaining(artifact)
        .satisfies(e -> assertThat(e).hasMessageNotContaining("canary"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"canary", "memory", "memory:canary", "MEMORY:", "http://canary/", "/canary", ":"})
  void anyOtherUrlIsToldWhatThereIs(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open(url))
        .withMessageContaining(" one of memory:, file:, jdbc:mysql:, ")
        .satisfies(e -> assertThat(e).hasMessageNotContaining("canary"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:firebird://user:canary@h/db, jdbc:firebird:",
    "jdbc:oracle:thin:@canary, jdbc:oracle:",
    "postgres://user:canary@h/db, postgres:",
    "redis-socket:///canary, redis-socket:",
    "JDBC:MYSQL://canary, JDBC:MYSQL:"
  })
  void aSchemeThatNoStoreOpensIsNamedAndNoModuleIsAskedFor(String url, String scheme) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open(url))
        .withMessageStartingWith(
            "url begins with "
                + scheme
                + ", which wxtoken does not support. Use one of memory:, file:, jdbc:mysql:, ")
        .withMessageNotContaining("canary");
  }

  // options

  /** Found by ServiceLoader, as a store module is; says what it was given. */
  public static final class Probe implements TokenStoreProvider {
    static final ThreadLocal<String> URL = new ThreadLocal<>();
    static final ThreadLocal<StoreOptions> OPTIONS = new ThreadLocal<>();

    @Override
    public boolean accepts(String url) {
      return url.startsWith("probe:");
    }

    @Override
    public Set<String> options() {
      return Set.of("prefix", "createSchema");
    }

    @Override
    public TokenStore open(String url, StoreOptions options) {
      URL.set(url);
      OPTIONS.set(options);
      return new MemoryTokenStore();
    }
  }

  private static StoreOptions opened(String url, String driverUrl) {
    TokenStores.open(url).close();
    assertThat(Probe.URL.get()).isEqualTo(driverUrl);
    return Probe.OPTIONS.get();
  }

  @Test
  void optionsOfOursAreTakenOffBeforeTheDriverSeesTheUrl() {
    StoreOptions options =
        opened(
            "probe://u:p@h/db?useSSL=true&wxtoken.prefix=a%3Ab+c&x=%20&wxtoken.createSchema=true&y",
            "probe://u:p@h/db?useSSL=true&x=%20&y");
    assertThat(options.text("prefix", "")).isEqualTo("a:b c");
    assertThat(options.flag("createSchema", false)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "probe:x,probe:x",
    "probe:x?,probe:x?",
    "probe:x?a=b,probe:x?a=b",
    "probe:x?wxtoken.prefix=p,probe:x",
    "probe:x?wxtoken.prefix=p&a=b,probe:x?a=b",
    "probe:x?a=b&wxtoken.prefix=,probe:x?a=b"
  })
  void theRestOfAUrlStaysAsItIs(String url, String driverUrl) {
    opened(url, driverUrl);
  }

  @Test
  void anOptionThatTheStoreDoesNotKnowIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open("probe:?wxtoken.tabel=canary"))
        .withMessageStartingWith("url has an unknown option wxtoken.tabel; known here: ")
        .withMessageContaining("createSchema")
        .satisfies(e -> assertThat(e).hasMessageNotContaining("canary"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open("memory:?wxtoken.prefix=x"))
        .withMessageStartingWith("url has an unknown option wxtoken.prefix");
  }

  @Test
  void anOptionIsWrittenWithItsValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open("probe:?wxtoken.prefix"))
        .withMessage("an option in url must be written wxtoken.NAME=VALUE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.open("probe:?wxtoken.prefix=%zz-canary"))
        .withMessage("wxtoken.prefix is not URL-encoded")
        .withNoCause();
  }

  @Test
  void optionsAreTextsFlagsCountsAndTimes() {
    StoreOptions options =
        new StoreOptions(
            Map.of("text", "x", "yes", "true", "no", "false", "n", "5", "max", "2147483647"));
    assertThat(options.text("text", "otherwise")).isEqualTo("x");
    assertThat(options.text("missing", "otherwise")).isEqualTo("otherwise");
    assertThat(options.flag("yes", false)).isTrue();
    assertThat(options.flag("no", true)).isFalse();
    assertThat(options.flag("missing", true)).isTrue();
    assertThat(options.count("n", 7)).isEqualTo(5);
    assertThat(options.count("max", 7)).isEqualTo(Integer.MAX_VALUE);
    assertThat(options.count("missing", 7)).isEqualTo(7);
    assertThat(options.millis("n", Duration.ofSeconds(3))).isEqualTo(Duration.ofMillis(5));
    assertThat(options.millis("missing", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "canary", "TRUE", "1 ", "0", "-1", "1.5", "2147483648", "0x10"})
  void aValueThatIsNeitherIsNamedAndNotQuoted(String value) {
    StoreOptions options = new StoreOptions(Map.of("o", value));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.flag("o", true))
        .withMessage("wxtoken.o must be true or false");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.count("o", 1))
        .withMessage("wxtoken.o must be a whole number from 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.millis("o", Duration.ofSeconds(1)))
        .withMessage("wxtoken.o must be a whole number from 1");
  }

  // scoped

  private final TokenStore store = new MemoryTokenStore();
  private final TokenStore app1 = TokenStores.scoped(store, "app1");
  private final TokenStore app2 = TokenStores.scoped(store, "app2");

  @Test
  void aCorruptRecordIsNamedByTheKeyThatTheCallerKnows(@TempDir Path directory) throws IOException {
    try (FileTokenStore files = new FileTokenStore(directory)) {
      Files.writeString(directory.resolve("app1:OID:access_token.txt"), "{");
      TokenStore view = TokenStores.scoped(files, "app1");
      for (ThrowingCallable operation :
          List.<ThrowingCallable>of(
              () -> view.getToken("OID"),
              () -> view.replaceToken("OID", token("OID"), token("OID")))) {
        assertThatExceptionOfType(CorruptTokenException.class)
            .isThrownBy(operation)
            .satisfies(e -> assertThat(e.openid()).isEqualTo("OID"))
            .withMessageContaining(" OID ");
      }
    }
  }

  @Test
  void appsOfOneStoreDoNotSeeEachOther() {
    app1.saveToken("OID", token("OID"));
    assertThat(app1.getToken("OID")).contains(token("OID"));
    assertThat(app2.getToken("OID")).isEmpty();
    assertThat(app2.saveTokenIfAbsent("OID", token("OID"))).isTrue();
    assertThat(app2.saveTokenIfAbsent("OID", token("OID"))).isFalse();
    assertThat(app1.deleteToken("OID")).isTrue();
    assertThat(app2.getToken("OID")).isPresent();
    assertThat(app1.deleteToken("OID")).isFalse();
  }

  @Test
  void theStoreHoldsTheAppidAndTheViewTakesItOff() {
    app1.saveToken("a:b", token("a:b"));
    app2.saveToken("c", token("c"));
    assertThat(openids(store)).containsExactlyInAnyOrder("app1:a:b", "app2:c");
    assertThat(openids(app1)).containsExactly("a:b");
    assertThat(openids(app2)).containsExactly("c");
  }

  @Test
  void severalTokensAreInsertedUnderTheAppid() {
    app1.saveToken("a", token("a"));
    app2.saveToken("b", token("b"));

    assertThat(app1.saveTokensIfAbsent(List.of(token("a"), token("b"), token("c"))))
        .containsExactlyInAnyOrder("b", "c");

    assertThat(openids(store)).containsExactlyInAnyOrder("app1:a", "app1:b", "app1:c", "app2:b");
  }

  private static Stream<String> openids(TokenStore store) {
    return store.tokens().map(OAuthToken::openid);
  }

  @Test
  void aViewReplacesByCompareAndSet() {
    OAuthToken next = token("OID").toBuilder().accessToken("next").build();
    app1.saveToken("OID", token("OID"));
    assertThat(app1.replaceToken("OID", next, next)).isFalse();
    assertThat(app2.replaceToken("OID", token("OID"), next)).isFalse();
    assertThat(app1.replaceToken("OID", token("OID"), next)).isTrue();
    assertThat(app1.getToken("OID")).contains(next);
  }

  @Test
  void leasesOfAppsStayApart() {
    Duration minute = Duration.ofMinutes(1);
    Optional<Lease> ours = app1.tryLease("refresh:OID", minute);
    assertThat(ours).isPresent();
    assertThat(app1.tryLease("refresh:OID", minute)).isEmpty();
    assertThat(app2.tryLease("refresh:OID", minute)).isPresent();
    assertThat(store.tryLease("app1:refresh:OID", minute)).isEmpty();
    ours.orElseThrow().close();
    assertThat(app1.tryLease("refresh:OID", minute)).isPresent();
  }

  @Test
  void aClosedViewIsClosedAndItsStoreIsNot() {
    app1.close();
    app1.close();
    for (Runnable call :
        new Runnable[] {
          () -> app1.getToken("OID"),
          () -> app1.saveToken("OID", token("OID")),
          () -> app1.saveTokenIfAbsent("OID", token("OID")),
          () -> app1.saveTokensIfAbsent(List.of(token("OID"))),
          () -> app1.replaceToken("OID", token("OID"), token("OID")),
          () -> app1.deleteToken("OID"),
          () -> app1.tokens().close(),
          () -> app1.tryLease("name", Duration.ofSeconds(1))
        }) {
      assertThatExceptionOfType(TokenStoreException.class)
          .isThrownBy(call::run)
          .withMessage("this view of the store is closed");
    }
    app2.saveToken("OID", token("OID"));
    assertThat(store.tokens()).hasSize(1);
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "a:b", "a b", "é", "a.b", "a\n"})
  void anAppidHasNoColon(String appid) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.scoped(store, appid))
        .withMessage("appid must be 1 to 64 characters of [A-Za-z0-9_-]");
  }

  @Test
  @SuppressWarnings("NullAway")
  void aViewIsOfAStoreForAnAppidOfAtMost64Characters() {
    TokenStores.scoped(store, "a".repeat(64)).saveToken("OID", token("OID"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.scoped(store, "a".repeat(65)))
        .withMessageStartingWith("appid ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.scoped(null, "app"))
        .withMessage("store must not be null");
  }

  @Test
  void aViewRefusesWhatAStoreRefuses() {
    OAuthToken snapshot = token("OID").toBuilder().snapshotUser(true).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> app1.getToken("a b"))
        .withMessageStartingWith("openid ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> app1.saveToken("OID", token("other")))
        .withMessageStartingWith("token ");
    assertThatIllegalArgumentException().isThrownBy(() -> app1.saveToken("OID", snapshot));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> app1.getToken("o".repeat(124)))
        .withMessageStartingWith("openid ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> app1.tryLease("a b", Duration.ofSeconds(1)))
        .withMessageStartingWith("name ");
    assertThat(store.tokens()).isEmpty();
  }

  // the rules

  @ParameterizedTest
  @ValueSource(strings = {"o", "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "a_b-c:d", "0"})
  void aKeyIsReturned(String openid) {
    assertThat(TokenStores.requireOpenid(openid)).isSameAs(openid);
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "o ", "o\n", "canary canary", "é", "a/b", "%", "'"})
  void aBadKeyIsNotQuoted(String openid) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.requireOpenid(openid))
        .withMessage("openid must be 1 to 128 characters of [A-Za-z0-9_:-]");
  }

  @Test
  void aTokenIsOfItsKeyAndOfARealUser() {
    OAuthToken token = token("OID");
    assertThat(TokenStores.requireToken("OID", token)).isSameAs(token);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.requireToken("OID", null))
        .withMessage("token must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.requireToken("oid", token))
        .withMessage("token must be of the openid that it is saved under");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TokenStores.requireToken("OID", token.toBuilder().snapshotUser(true).build()))
        .withMessage("token must not be a snapshot user's");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.requireToken("a b", token("a b")))
        .withMessageStartingWith("openid ");
  }

  @Test
  void aLeaseHasANameAndADuration() {
    TokenStores.requireLease("n".repeat(200), Duration.ofMillis(1));
    TokenStores.requireLease("refresh:OID", Duration.ofDays(1));
    for (String bad : new String[] {null, "", "a b", "a/b", "n".repeat(201)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenStores.requireLease(bad, Duration.ofSeconds(1)))
          .withMessage("name must be 1 to 200 characters of [A-Za-z0-9_:-]");
    }
    for (Duration bad :
        new Duration[] {
          null, Duration.ZERO, Duration.ofSeconds(-1), Duration.ofNanos(999_999), Duration.ofDays(2)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenStores.requireLease("name", bad))
          .withMessage("atMost must be from 1 millisecond to 1 day");
    }
  }
}
