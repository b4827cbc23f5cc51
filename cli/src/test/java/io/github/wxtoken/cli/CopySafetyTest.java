package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenScan;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy loses no token, encrypts none twice, and says what it did not do. */
@SuppressWarnings("NullAway.Init") // set before each test
class CopySafetyTest {
  private static final String KEYS = "k1:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

  @TempDir private Path directory;
  private String from;
  private String to;

  @BeforeEach
  void saveATokenAtTheSource() {
    from = Stores.sqlite(directory.resolve("from.db"));
    to = Stores.sqlite(directory.resolve("to.db"));
    Stores.save(from, token("oUser"));
  }

  private static CliRun.Result copy(String from, String to, String... more) {
    return CliRun.run(
        Stream.concat(Stream.of("copy", "--from", from, "--to", to), Stream.of(more))
            .toArray(String[]::new));
  }

  /** The table of wechat-oauth's README, with room for an openid of 50 characters. */
  private String readmeTable() throws SQLException {
    String url = "jdbc:sqlite:" + directory.resolve("readme.db");
    Stores.executeInSqlite(
        url,
        "CREATE TABLE token (access_token varchar(200) NOT NULL, expires_in varchar(10) NOT NULL,"
            + " refresh_token varchar(200) NOT NULL, openid varchar(50) NOT NULL UNIQUE,"
            + " scope varchar(50) NOT NULL, create_at varchar(20) NOT NULL)");
    return url;
  }

  private Path lines(OAuthToken... tokens) throws IOException {
    return Files.write(
        directory.resolve("lines"), Stream.of(tokens).map(OAuthToken::toJson).toList());
  }

  @Test
  void twoTablesOfOneDatabaseAreTwoStores() {
    String other = from + "&wxtoken.table=other";

    copy(from, other).hasCode(ExitCode.OK).says("inserted: 1");
    copy(from, from + "&wxtoken.timeout=900")
        .hasCode(ExitCode.USAGE)
        .says("source and target are both", "Name two stores");
  }

  @Test
  void aStateOfOneTableIsNotOneOfAnother() {
    String state = directory.resolve("state").toString();
    Interrupt interrupt = new Interrupt();
    interrupt.request();
    CliRun.run(Map.of(), interrupt, "copy", "--from", from, "--to", to, "--resume", state);

    copy(from + "&wxtoken.table=other", to, "--resume", state)
        .hasCode(ExitCode.USAGE)
        .says("it is of another copy");
    copy(from, to, "--resume", state).hasCode(ExitCode.OK).says("inserted: 1");
  }

  @Test
  void aStateThatCannotBeDeletedIsSaid() throws IOException {
    Path state = directory.resolve("state");
    ResumeFile resume = ResumeFile.open(state, "a", "b");
    assertThat(resume.delete()).isNull();

    Files.createDirectories(state.resolve("inside"));
    assertThat(resume.delete()).contains("cannot delete", "Delete it");
  }

  @Test
  void aCopyThatFailsSaysWhatItDidAndHowFast() throws SQLException {
    Stores.executeInSqlite(
        from,
        """
        CREATE VIEW failing AS
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        SELECT 'oView' || i AS openid, 'AT' AS access_token, 1538990000000 AS create_at,
               CASE i WHEN 2000 THEN abs(-9223372036854775808) ELSE 7200 END AS expires_in
          FROM n
        """);

    CliRun.Result failed =
        copy(from, to, "--from-table", "failing", "--map", "scope='snsapi_base'")
            .hasCode(ExitCode.FAILED)
            .says("inserted: ", " tokens in ");

    Matcher rate = Pattern.compile("([0-9,]+)/s\\n").matcher(failed.out() + failed.err());
    assertThat(rate.find()).isTrue();
    assertThat(Long.parseLong(rate.group(1).replace(",", ""))).isBetween(1L, 1_000_000L);
  }

  @Test
  void keysAndScopesOfLinesAndTablesAreRefused() throws IOException {
    String lines = "jsonl:" + lines(token("oA"));
    String keys = Files.writeString(directory.resolve("keys"), KEYS).toString();
    String[][] options = {
      {"--from-key-file", keys}, {"--from-scope", "wx1"}, {"--from-accept-plaintext"}
    };

    for (String[] option : options) {
      copy(lines, to, option).hasCode(ExitCode.USAGE).says("cannot use " + option[0]);
      String[] table =
          Stream.concat(
                  Stream.of("--from-table", "token", "--map", "scope=scope"), Stream.of(option))
              .toArray(String[]::new);
      copy(from, to, table).hasCode(ExitCode.USAGE).says("cannot use " + option[0]);
    }
    CliRun.run(Map.of("WXTOKEN_FROM_KEYS", KEYS), "copy", "--from", lines, "--to", to)
        .hasCode(ExitCode.USAGE)
        .says("cannot use WXTOKEN_FROM_KEYS");
  }

  @Test
  void ciphertextIsNotEncryptedTwice() throws IOException {
    CliRun.run(Map.of("WXTOKEN_FROM", from, "WXTOKEN_TO", to, "WXTOKEN_TO_KEYS", KEYS), "copy")
        .hasCode(ExitCode.OK);
    Path lines = directory.resolve("out");
    copy(to, "jsonl:" + lines)
        .hasCode(ExitCode.OK)
        .says("written: 1 tokens\n", "of these hold ciphertext: 1", "--from-key-file");
    String again = "file:" + directory.resolve("again");

    CliRun.run(Map.of("WXTOKEN_TO_KEYS", KEYS), "copy", "--from", "jsonl:" + lines, "--to", again)
        .hasCode(ExitCode.ATTENTION)
        .says("oUser: it is encrypted", "inserted: 0");
    // Without keys, ciphertext stays what it is, and can be decrypted under the same openid.
    copy("jsonl:" + lines, again).hasCode(ExitCode.OK).says("inserted: 1");
    CliRun.run(Map.of("WXTOKEN_STORE", again, "WXTOKEN_KEYS", KEYS), "show", "oUser")
        .hasCode(ExitCode.OK);
  }

  @Test
  void aDryRunOfAnExportWritesNoFile() throws IOException {
    Path lines = directory.resolve("out");

    copy(from, "jsonl:" + lines, "--dry-run").hasCode(ExitCode.OK).says("would be written: 1");

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("out"));
    }
  }

  @Test
  void optionsThatAnExportCannotKeepAreRefused() throws IOException {
    String lines = "jsonl:" + directory.resolve("out");
    String keys = Files.writeString(directory.resolve("keys"), KEYS).toString();
    String[][] options = {
      {"--resume", directory.resolve("state").toString()},
      {"--verify"},
      {"--to-key-file", keys},
      {"--to-scope", "wx1"}
    };

    for (String[] option : options) {
      copy(from, lines, option).hasCode(ExitCode.USAGE).says("cannot use " + option[0]);
    }
    CliRun.run(Map.of("WXTOKEN_TO_KEYS", KEYS), "copy", "--from", from, "--to", lines)
        .hasCode(ExitCode.USAGE)
        .says("cannot use WXTOKEN_TO_KEYS");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void fieldsThatTheTargetDropsAreSaidBeforeAndFoundByVerify() throws SQLException {
    Stores.save(from, token("oUnion").toBuilder().unionid("o6_u").build());

    copy(from, readmeTable(), "--verify")
        .hasCode(ExitCode.ATTENTION)
        .says(
            "has no column unionid, so its values are dropped",
            "1 as late, but different",
            "wxtoken doctor");
  }

  @Test
  void aDryRunRefusesWhatTheCopyWouldRefuse() {
    CliRun.run(Map.of("WXTOKEN_FROM", from, "WXTOKEN_TO", to, "WXTOKEN_TO_KEYS", KEYS), "copy")
        .hasCode(ExitCode.OK);
    Stores.save(from, renewed(token("oUser"), 2));

    copy(from, to, "--dry-run")
        .hasCode(ExitCode.ATTENTION)
        .says("the target is encrypted", "would be updated: 0");
  }

  @Test
  void doctorFindsTheTableOfWechatOauthUsable() throws SQLException {
    CliRun.Result result = CliRun.run("doctor", "--store", readmeTable());

    assertThat(result.out()).doesNotContain("BROKEN").contains("a test record was written");
    assertThat(result.code()).isLessThan(ExitCode.FAILED);
  }

  @Test
  void aTextOfAMappingMayHaveACommaInIt() throws IOException {
    Path lines = directory.resolve("lines");
    Files.writeString(lines, "{\"openid\":\"oA\",\"create_at\":1700000000000}\n");

    copy("jsonl:" + lines, to, "--map", "scope='a,b',access_token='x'").hasCode(ExitCode.OK);

    try (TokenStore store = TokenStores.open(to)) {
      assertThat(store.getToken("oA").map(OAuthToken::scope)).contains("a,b");
    }
  }

  @Test
  void deletingByUnionidSaysWhichRecordsWereNotSearched() throws SQLException {
    Stores.executeInSqlite(from, "UPDATE token SET create_at = 'CANARY' WHERE openid = 'oUser'");

    CliRun.run("delete", "--store", from, "--unionid", "o6_u", "--yes")
        .hasCode(ExitCode.ATTENTION)
        .says("oUser", "not searched, since they cannot be read: 1");
  }

  /** Fails at the first page and at the second one, once each. */
  private static final class FailingPages extends ForwardingTokenStore {
    private final String scope;
    private int attempts;

    FailingPages(String scope) {
      super(new MemoryTokenStore());
      this.scope = scope;
    }

    @Override
    public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
      TokenScan.PageReader<Integer, String> pages =
          after -> {
            int attempt = attempts++;
            if (attempt == 0 || attempt == 2) {
              throw new TokenStoreException("no answer", null);
            }
            int page = after == null ? 0 : after;
            return new TokenScan.Page<>(
                List.of(scope + "o" + page + "a", scope + "o" + page + "b"),
                page < 3 ? page + 1 : null);
          };
      return TokenScan.stream(pages, openid -> Optional.of(token(openid)), corrupt);
    }
  }

  @Test
  void anOrderedSourceThatDoesNotAnswerIsReadOnWhereItStopped() {
    assertReadsOn(new FailingPages(""));
    assertReadsOn(TokenStores.scoped(new FailingPages("wx1:"), "wx1"));
  }

  private static void assertReadsOn(TokenStore store) {
    Patience patience = new Patience(new Interrupt(), Duration.ofMinutes(1));
    List<String> read = new ArrayList<>();

    try (StoreSource source = new StoreSource(store, "x", true, patience);
        Stream<TokenSource.Item> items = source.items("o0a", skipped -> {}, problem -> {})) {
      items.forEach(item -> read.add(item.token().openid()));
    }

    assertThat(read).containsExactly("o0b", "o1a", "o1b", "o2a", "o2b", "o3a", "o3b");
  }
}
