package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.CREATED;
import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.session;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each command does on a store. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class CommandsContract {
  private static final String KEYS =
      "new:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=,old:QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";
  private static final String OLD_KEY = KEYS.substring(KEYS.indexOf("old"));

  @TempDir Path directory;
  private String url;
  private String other;
  private Map<String, String> here;

  /** Returns the URL of an empty store, another one at each call. */
  abstract String freshUrl();

  @BeforeEach
  void chooseStores() {
    url = freshUrl();
    other = "file:" + directory.resolve("other");
    here = Map.of("WXTOKEN_STORE", url);
  }

  private void save(String store, OAuthToken... tokens) {
    try (TokenStore opened = TokenStores.open(DriverUrl.of(store, 1))) {
      Stream.of(tokens).forEach(token -> opened.saveToken(token.openid(), token));
    }
  }

  private List<OAuthToken> stored(String store) {
    try (TokenStore opened = TokenStores.open(DriverUrl.of(store, 1));
        Stream<OAuthToken> tokens = opened.tokens()) {
      return tokens.toList();
    }
  }

  private CliRun.Result copy(String from, String to, String... more) {
    String[] args =
        Stream.concat(Stream.of("copy", "--from", from, "--to", to), Stream.of(more))
            .toArray(String[]::new);
    return CliRun.run(args);
  }

  @Test
  void doctorUsesTheStoreAndLeavesNothingBehind() {
    CliRun.Result result = CliRun.run(here, "doctor");

    assertThat(result.code()).as(result.out() + result.err()).isLessThan(ExitCode.FAILED);
    result.says("a test record was written, read, replaced and deleted", "leases are exclusive");
    assertThat(stored(url)).isEmpty();
  }

  @Test
  void doctorSaysWhetherTheKeysFitTheRecords() {
    Map<String, String> old = Map.of("WXTOKEN_STORE", url, "WXTOKEN_KEYS", OLD_KEY);
    Map<String, String> wrong =
        Map.of("WXTOKEN_STORE", url, "WXTOKEN_KEYS", KEYS.substring(0, KEYS.indexOf(',')));
    save(url, token("oA"), token("oB"));

    CliRun.run(here, "doctor").says("ok       the first 2 records can be read");
    CliRun.run(old, "reencrypt", "--accept-plaintext").hasCode(ExitCode.OK);

    CliRun.run(old, "doctor").says("ok       the first 2 records can be read");
    CliRun.run(wrong, "doctor")
        .hasCode(ExitCode.FAILED)
        .says("BROKEN   of the first 2 records 2 cannot be read or decrypted", "--key-file");
    CliRun.run(here, "doctor")
        .hasCode(ExitCode.ATTENTION)
        .says("WARNING  of the first 2 records 2 are encrypted", "--key-file");
    CliRun.run(wrong, "purge", "--expired-for", "90d", "--yes")
        .hasCode(ExitCode.ATTENTION)
        .says("deleted: 0", "kept, since they cannot be read: 2");
  }

  @Test
  void statsCountUsersSessionsAndRecordsOfApps() {
    OAuthToken app =
        OAuthToken.builder().openid("app:wx1").accessToken("CANARY-app").createAt(CREATED).build();
    OAuthToken fresh = token("oFresh").toBuilder().createAt(System.currentTimeMillis()).build();
    save(url, token("oUser"), fresh, session("oSession"), app);

    CliRun.run(here, "stats", "--json")
        .hasCode(ExitCode.OK)
        .says(
            "\"users\":2",
            "\"sessions\":1",
            "\"app_records\":1",
            "\"corrupt\":0",
            "\"older\":2",
            "\"valid\":1",
            "\"snsapi_userinfo\":2");
    CliRun.run(here, "stats")
        .hasCode(ExitCode.OK)
        .says("users: 2", "app records: 1", "with a unionid: 0", "by scope", "####");
  }

  @Test
  void showMasksSecrets() {
    save(url, token("oUser").toBuilder().unionid("o6_u").build());

    CliRun.run(here, "show", "oUser")
        .hasCode(ExitCode.OK)
        .says("oUser", "snsapi_userinfo", "o6_u", "2018-10-08T09:13:20Z", "expired", "SHA-256");
    CliRun.run(here, "show", "oMissing").hasCode(ExitCode.ATTENTION).says("no token");
  }

  @Test
  void deleteForgetsUsersByOpenidFileAndUnionid() throws IOException {
    save(
        url,
        token("oA"),
        token("oB"),
        token("oC"),
        token("oD").toBuilder().unionid("o6_u").build(),
        token("oStays"));
    Path file = Files.writeString(directory.resolve("users"), "oB\n oC \n\n");

    CliRun.run(
            here,
            "delete",
            "oA",
            "oMissing",
            "--file",
            file.toString(),
            "--unionid",
            "o6_u",
            "--yes")
        .hasCode(ExitCode.ATTENTION)
        .says("oMissing had no token", "deleted: 4, had no token: 1");

    assertThat(stored(url)).containsExactly(token("oStays"));
  }

  @Test
  void copyGoesThereAndBackAndVerifyAgrees() {
    OAuthToken[] tokens =
        Stream.iterate(0, i -> i + 1)
            .limit(300)
            .map(i -> i % 3 == 0 ? session("oUser-" + i) : token("oUser-" + i))
            .toArray(OAuthToken[]::new);
    save(url, tokens);

    copy(url, other, "--verify").hasCode(ExitCode.OK).says("inserted: 300", "300 equal");
    CliRun.run("verify", "--from", url, "--to", other)
        .hasCode(ExitCode.OK)
        .says("the stores are equal");
    String back = freshUrl();
    copy(other, back, "--resume", directory.resolve("state").toString())
        .hasCode(ExitCode.OK)
        .says("inserted: 300");
    copy(url, back).hasCode(ExitCode.OK).says("inserted: 0", "updated: 0", "or later: 300");

    assertThat(stored(back)).containsExactlyInAnyOrder(tokens);
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void copyKeepsALaterSignInAtTheTargetAndReplacesAnEarlierOne() {
    save(url, renewed(token("oLaterHere"), 2), token("oLaterThere"), token("oOnlyHere"));
    save(other, token("oLaterHere"), renewed(token("oLaterThere"), 2), token("oOnlyThere"));

    CliRun.run("verify", "--from", other, "--to", url)
        .hasCode(ExitCode.ATTENTION)
        .says(
            "oLaterHere: newer",
            "oLaterThere: older",
            "oOnlyThere: only in the first",
            "oOnlyHere");
    copy(other, url, "--dry-run").says("would be inserted: 1", "would be updated: 1");
    copy(other, url).hasCode(ExitCode.OK).says("inserted: 1", "updated: 1", "or later: 1");

    assertThat(stored(url))
        .containsExactlyInAnyOrder(
            renewed(token("oLaterHere"), 2),
            renewed(token("oLaterThere"), 2),
            token("oOnlyHere"),
            token("oOnlyThere"));
  }

  @Test
  void purgeDeletesNoTokenThatMayBeRefreshed() {
    long now = System.currentTimeMillis();
    OAuthToken old = daysAgo(now, 91, "oOld");
    OAuthToken young = daysAgo(now, 89, "oYoung");
    OAuthToken app = daysAgo(now, 400, "app:wx1").toBuilder().refreshToken(null).build();
    save(url, old, young, app, session("oSession"));

    CliRun.run(here, "purge", "--expired-for", "29d", "--yes")
        .hasCode(ExitCode.USAGE)
        .says("refresh tokens live for 30 days");
    CliRun.run(here, "purge", "--expired-for", "90d", "--dry-run").says("would be deleted: 2");
    assertThat(stored(url)).hasSize(4);
    CliRun.run(here, "purge", "--expired-for", "90d").hasCode(ExitCode.USAGE).says("--yes");
    CliRun.run(here, "purge", "--expired-for", "90d", "--yes")
        .hasCode(ExitCode.OK)
        .says("deleted: 2", "kept: 2");

    assertThat(stored(url)).containsExactlyInAnyOrder(young, app);
  }

  private static OAuthToken daysAgo(long now, int days, String openid) {
    return token(openid).toBuilder().createAt(now - Duration.ofDays(days).toMillis()).build();
  }

  @Test
  void reencryptMovesEveryTokenToThePrimaryKey() {
    String[] users = {"oA", "oB", "oC"};
    Map<String, String> old = Map.of("WXTOKEN_STORE", url, "WXTOKEN_KEYS", OLD_KEY);
    Map<String, String> both = Map.of("WXTOKEN_STORE", url, "WXTOKEN_KEYS", KEYS);
    for (String user : users) {
      save(url, token(user));
    }

    CliRun.run(old, "reencrypt")
        .hasCode(ExitCode.ATTENTION)
        .says("cannot be read or decrypted: 3", "--accept-plaintext");
    CliRun.run(old, "reencrypt", "--accept-plaintext").hasCode(ExitCode.OK).says("moved: 3");
    CliRun.run(here, "stats", "--json").says("\"by_key\":{\"old\":3}");
    CliRun.run(here, "show", "oA").hasCode(ExitCode.OK).says("characters, SHA-256", ", encrypted");
    CliRun.run(both, "reencrypt").hasCode(ExitCode.OK).says("moved: 3", "already: 0");
    CliRun.run(here, "stats", "--json").says("\"by_key\":{\"new\":3}");
    CliRun.run(both, "show", "oA").hasCode(ExitCode.OK).says("20 characters");
    // Ciphertext is bound to its store's keys: it is not copied where nobody could read it.
    copy(url, other, "--to-scope", "wx1").hasCode(ExitCode.ATTENTION).says("--from-key-file");
    CliRun.run(
            Map.of("WXTOKEN_FROM", url, "WXTOKEN_FROM_KEYS", KEYS, "WXTOKEN_TO", other),
            "copy",
            "--to-scope",
            "wx1")
        .hasCode(ExitCode.OK)
        .says("inserted: 3");
    assertThat(stored(other)).extracting(OAuthToken::openid).contains("wx1:oA", "wx1:oB", "wx1:oC");
  }

  @Test
  void verboseRunsShowNoSecretEither() {
    save(url, token("oUser"), session("oSession"));

    CliRun.run(here, "-v", "doctor");
    CliRun.run(here, "stats", "-v");
    CliRun.run(here, "show", "oUser", "oSession", "-v");
    copy(url, other, "-v");
    CliRun.run(here, "schema", "-v");
    CliRun.run(here, "stats", url, "--nonsense=" + url).hasCode(ExitCode.USAGE);
  }
}
