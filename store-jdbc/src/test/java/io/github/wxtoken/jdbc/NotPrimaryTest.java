package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that say "not the primary, or no longer", and what is done with the connection. */
class NotPrimaryTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1290, 1836, 3100, 1047})
  void mysqlSaysSoByTheseCodes(int code) {
    assertThat(new MysqlDialect().isNotPrimary(new SQLException("CANARY", "HY000", code))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 1045, 1062, 1205, 1213, 1792})
  void otherCodesOfMysqlSayOtherThings(int code) {
    assertThat(new MysqlDialect().isNotPrimary(new SQLException("CANARY", "HY000", code)))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 264, 520, 1032, 1544})
  void sqliteSaysSoByReadonlyAndItsExtendedCodes(int code) {
    assertThat(new SqliteDialect().isNotPrimary(new SQLException("CANARY", null, code))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 264, 520, 1032, 1544})
  void aWriteThatIsRefusedRunsAgainOnANewConnection(int code) {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger aborted = new AtomicInteger();
    AtomicInteger refusals = new AtomicInteger(2);
    try (TokenStore store = store(code, opened, aborted, refusals)) {
      int before = opened.get();
      store.saveToken("oA", Tokens.token("oA"));

      assertThat(opened.get() - before).isEqualTo(3);
      assertThat(aborted).hasValue(2);
      assertThat(store.getToken("oA")).isPresent();
    }
  }

  @Test
  void aWriteThatIsRefusedEverywhereFailsAfterFiveTriesMore() {
    AtomicInteger aborted = new AtomicInteger();
    try (TokenStore store = store(8, new AtomicInteger(), aborted, new AtomicInteger(100))) {
      assertThatThrownBy(() -> store.saveToken("oA", Tokens.token("oA")))
          .isInstanceOf(TokenStoreException.class)
          .satisfies(FaultsTest::assertNoCanary);
      assertThat(aborted).hasValue(6);
    }
  }

  private TokenStore store(
      int code, AtomicInteger opened, AtomicInteger aborted, AtomicInteger refusals) {
    String url = "jdbc:sqlite:" + directory.resolve("tokens.db");
    TokenStores.open(url + "?wxtoken.createSchema=true").close();
    return JdbcTokenStore.builder(
            FailingConnections.from(
                () -> {
                  opened.incrementAndGet();
                  return FailingConnections.changed(
                      Servers.connect(url),
                      (method, arguments) -> {
                        if (method.getName().equals("abort")) {
                          aborted.incrementAndGet();
                        }
                        if (arguments != null
                            && String.valueOf(arguments[0]).startsWith("INSERT")
                            && refusals.getAndDecrement() > 0) {
                          throw new SQLException("CANARY", null, code);
                        }
                        return null;
                      });
                }))
        .build();
  }

  /** The open file was deleted; each connection then reports "read-only". */
  @Test
  void aSqliteFileThatWasReplacedIsOpenedAnew() throws Exception {
    Path file = directory.resolve("replaced.db");
    String url = "jdbc:sqlite:" + file + "?journal_mode=DELETE";
    try (TokenStore store = TokenStores.open(url + "&wxtoken.createSchema=true")) {
      store.saveToken("oA", Tokens.token("oA"));
      Files.copy(file, directory.resolve("copy.db"));
      Files.delete(file);
      Files.move(directory.resolve("copy.db"), file);

      store.saveToken("oB", Tokens.token("oB"));
    }
    try (TokenStore store = TokenStores.open(url)) {
      assertThat(store.getToken("oA")).isPresent();
      assertThat(store.getToken("oB")).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1290, no longer",
    "1836, no longer",
    "1792, the session is read-only",
    "1129, FLUSH HOSTS",
    "1040, too many connections"
  })
  void eachIsExplainedInWords(int code, String words) {
    assertThat(new SqlFailure(new SQLException("CANARY", "HY000", code)).describe())
        .contains(words)
        .doesNotContain("CANARY");
  }

  @ParameterizedTest
  @ValueSource(ints = {1053, 1152, 1184, 1927, 4031})
  void aConnectionThatTheServerClosesIsAConnectionFailureWhateverItsState(int code) {
    assertThat(SqlFailure.isConnection(new SQLException("CANARY", "70100", code))).isTrue();
  }
}
