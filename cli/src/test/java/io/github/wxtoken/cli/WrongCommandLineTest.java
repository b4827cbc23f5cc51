package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets one message of three parts and a documented exit code, and changes nothing. */
@SuppressWarnings("NullAway.Init") // set before each test
class WrongCommandLineTest {
  @TempDir private Path directory;
  private String url;

  @BeforeEach
  void saveAToken() {
    url = "file:" + directory.resolve("tokens");
    try (TokenStore store = TokenStores.open(url)) {
      store.saveToken("oUser", token("oUser"));
    }
  }

  private CliRun.Result refused(int code, String... args) {
    CliRun.Result result = CliRun.run(args).hasCode(code);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).doesNotContain("Exception:", "\tat ", "null");
    return result;
  }

  @Test
  void noArgumentsShowTheHelp() {
    refusedWithHelp();
  }

  private void refusedWithHelp() {
    CliRun.run().hasCode(ExitCode.USAGE).says("Usage: wxtoken", "no command was given");
  }

  @Test
  void aMistypedCommandGetsASuggestion() {
    refused(ExitCode.USAGE, "doctr").says("Did you mean: wxtoken doctor?");
  }

  @Test
  void aStoreMustBeGivenOnce() {
    refused(ExitCode.USAGE, "stats").says("no store is given", "--store-file");
    refused(ExitCode.USAGE, "stats", "--store", url, "--store-file", "x").says("both");
  }

  @ParameterizedTest
  @CsvSource({
    "nothing:, url must begin with",
    "postgresql://db/CANARY, url begins with postgresql:",
    "redis://:CANARY@redis.example.com, without verified TLS",
    "jdbc:sqlite:tokens.db?wxtoken.nonsense=CANARY, unknown option",
  })
  void aUrlThatCannotBeUsedIsAWrongCommandLine(String store, String why) {
    refused(ExitCode.USAGE, "stats", "--store", store).says(why);
  }

  @ParameterizedTest
  @CsvSource({
    "redis://:CANARY-password@127.0.0.1:1",
    "jdbc:mysql://127.0.0.1:1/app?user=app&password=CANARY-password",
    "jdbc:mariadb://127.0.0.1:1/app?user=app&password=CANARY-password",
    "mongodb://app:CANARY-password@127.0.0.1:1/app?serverSelectionTimeoutMS=500",
  })
  void anUnreachableStoreIsAFailure(String store) {
    refused(ExitCode.FAILED, "stats", "--store", store)
        .says("127.0.0.1:1", "nothing accepts connections there", "Check the host and the port");
    CliRun.run("doctor", "--store", store).hasCode(ExitCode.FAILED).says("BROKEN");
  }

  @ParameterizedTest
  @CsvSource({
    "access_token=, is not FIELD=COLUMN",
    "access_token, is not FIELD=COLUMN",
    "'access_token=at,', is not FIELD=COLUMN",
    "password=at, a token has no field password",
    "'openid=a,openid=b', names openid twice",
    "create_at=ctime*, is not FIELD=COLUMN",
  })
  void aHalfWrittenMappingIsRefused(String map, String why) throws IOException {
    Path lines = Files.writeString(directory.resolve("lines"), "{}\n");

    refused(ExitCode.USAGE, "copy", "--from", "jsonl:" + lines, "--to", url, "--map", map)
        .says("cannot use --map", why, "Write FIELD=COLUMN");
  }

  @Test
  void aMappingNeedsColumnsThatTheTableHas() {
    String table = Stores.sqlite(directory.resolve("t.db"));
    CliRun.run("stats", "--store", table).hasCode(ExitCode.OK);

    refused(
            ExitCode.USAGE,
            "copy",
            "--from",
            table,
            "--from-table",
            "token",
            "--map",
            "access_token=at",
            "--to",
            url)
        .says("the table has no column at; it has", "refresh_token");
    refused(ExitCode.USAGE, "copy", "--from", table, "--from-table", "token", "--to", url)
        .says("--map is missing");
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedBeforeAnythingIsCopied() {
    String target = "file:" + directory.resolve("target");

    refused(
            ExitCode.FAILED,
            "copy",
            "--from",
            url,
            "--to",
            target,
            "--resume",
            directory.resolve("missing/state").toString())
        .says("cannot keep the state", "no such file or directory", "Name a file");
    refused(ExitCode.FAILED, "copy", "--from", url, "--to", target, "--resume", "/dev/full")
        .says("it is not a regular file");
    refused(ExitCode.FAILED, "copy", "--from", url, "--to", "jsonl:" + directory + "/no/x.jsonl")
        .says("cannot write the file");

    CliRun.run("stats", "--store", target).says("users: 0");
  }

  @Test
  void aStateOfAnotherCopyIsRefused() throws IOException {
    Path state = Files.writeString(directory.resolve("state"), "from=a\nto=b\ndone=1\n");

    refused(
            ExitCode.USAGE,
            "copy",
            "--from",
            url,
            "--to",
            "file:" + directory.resolve("target"),
            "--resume",
            state.toString())
        .says("it is of another copy");
    assertThat(state).hasContent("from=a\nto=b\ndone=1");
  }

  @Test
  void aStoreIsNotCopiedToItself() {
    refused(ExitCode.USAGE, "copy", "--from", url, "--to", url).says("Name two stores");
  }

  @Test
  void keysMustBeKeys() throws IOException {
    Path keys = Files.writeString(directory.resolve("keys"), "2026-11=CANARY\n");

    refused(ExitCode.USAGE, "reencrypt", "--store", url, "--key-file", keys.toString())
        .says("a key is not written ID:BASE64");
    Files.writeString(keys, "2026-11:Q0FOQVJZ\n");
    refused(ExitCode.USAGE, "reencrypt", "--store", url, "--key-file", keys.toString())
        .says("key must be 32 bytes");
    refused(ExitCode.USAGE, "reencrypt", "--store", url).says("no key is given");
  }

  @Test
  void deletingNeedsAnAnswer() {
    refused(ExitCode.USAGE, "delete", "--store", url).says("nothing to delete");
    refused(ExitCode.USAGE, "delete", "--store", url, "oUser").says("no terminal", "--yes");
    refused(ExitCode.USAGE, "delete", "--store", url, "--yes", "oUser", "not an openid")
        .says("nothing was deleted");

    CliRun.run("show", "--store", url, "oUser").hasCode(ExitCode.OK);
  }

  @Test
  void aLineOfAFileThatIsNoOpenidIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("users"), "oUser\n\n# CANARY comment\n");

    refused(ExitCode.USAGE, "delete", "--store", url, "--yes", "--file", file.toString())
        .says("nothing was deleted", "line 3 of the file");
    Files.writeString(file, "\n");
    refused(ExitCode.USAGE, "delete", "--store", url, "--yes", "--file", file.toString())
        .says("the file names no user");

    CliRun.run("show", "--store", url, "oUser").hasCode(ExitCode.OK);
  }

  @Test
  void ctrlCAtAQuestionEndsTheProgramAtOnce() {
    Interrupt interrupt = new Interrupt();
    interrupt.setAsking(true);

    assertTimeoutPreemptively(Duration.ofSeconds(10), interrupt::endCleanly);

    assertThat(interrupt.isRequested()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stats", "doctor", "purge --expired-for 90d --yes", "show oUser"})
  void aDirectoryThatIsMissingIsNoEmptyStore(String command) {
    Path missing = directory.resolve("mistyped");
    String[] args =
        Stream.concat(Stream.of(command.split(" ", -1)), Stream.of("--store", "file:" + missing))
            .toArray(String[]::new);

    refused(ExitCode.FAILED, args).says("there is no directory " + missing, "Check the path");

    assertThat(missing).doesNotExist();
  }

  @Test
  void norIsASourceOrTheSideOfAComparison() throws IOException {
    Path missing = directory.resolve("mistyped");
    Path file = Files.writeString(directory.resolve("file"), "");

    refused(ExitCode.FAILED, "copy", "--from", "file:" + missing, "--to", url)
        .says("there is no directory");
    refused(ExitCode.FAILED, "verify", "--from", url, "--to", "file:" + missing)
        .says("there is no directory");
    refused(ExitCode.FAILED, "stats", "--store", "file:" + file).says("is no directory");

    assertThat(missing).doesNotExist();
  }

  @Test
  void aTableThatIsMissingIsToBeNamedAndNotCreated() {
    String database = Stores.sqlite(directory.resolve("t.db"));
    CliRun.run("stats", "--store", database).hasCode(ExitCode.OK);

    CliRun.Result result =
        refused(
            ExitCode.FAILED,
            "copy",
            "--from",
            database,
            "--from-table",
            "mistyped",
            "--map",
            "access_token=at",
            "--to",
            url);

    result.says("cannot read the table mistyped: there is no such table. Check its name");
    assertThat(result.err()).doesNotContain("createSchema");
  }

  @Test
  void timesInSecondsAndTokensWithoutATokenAreNotTaken() throws IOException {
    String good = token("oGood").toJson();
    String seconds = token("oSeconds").toBuilder().createAt(1_800_000_000).build().toJson();
    Path lines =
        Files.writeString(
            directory.resolve("lines"),
            String.join("\n", good, seconds, "{\"openid\":\"oNone\",\"access_token\":\"CANARY\"}"));
    String from = "jsonl:" + lines;

    CliRun.run("copy", "--from", from, "--to", url)
        .hasCode(ExitCode.ATTENTION)
        .says("line 2", "not in milliseconds", "line 3", "create_at is missing", "inserted: 1");
    CliRun.run(
            "copy",
            "--from",
            from,
            "--to",
            url,
            "--map",
            "access_token=tt,create_at=0",
            "--dry-run")
        .hasCode(ExitCode.ATTENTION)
        .says("line 1 is no token: access_token is missing", "inserted: 0");
  }

  @Test
  void aMappingWithoutATokenIsRefused() {
    assertThatThrownBy(
            () ->
                FieldMapping.parse("openid=open_id,create_at=ctime*1000")
                    .columns(List.of("open_id", "ctime", "at")))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("neither access_token nor session_key comes from a column");
  }

  @Test
  void linesThatAreNoTokensAreLeftOutAndCounted() throws IOException {
    Path lines =
        Files.writeString(
            directory.resolve("lines"),
            String.join(
                "\n",
                token("oGood").toJson(),
                "{\"openid\":\"oBad\",\"access_token\":{\"CANARY\":1}}",
                "CANARY",
                "{\"openid\":\"not an openid CANARY\",\"create_at\":1}",
                "x".repeat(100_000)));

    CliRun.run("copy", "--from", "jsonl:" + lines, "--to", url)
        .hasCode(ExitCode.ATTENTION)
        .says("line 2 is no token", "line 3 is no token", "line 4", "line 5", "inserted: 1");
  }

  @Test
  void aForeignTableIsCopiedByAMapping() {
    String table = Stores.sqlite(directory.resolve("t.db"));
    try (TokenStore store = TokenStores.open(table)) {
      store.saveToken("oA", token("oA").toBuilder().createAt(1_700_000_000).build());
      store.saveToken("oB", token("oB").toBuilder().createAt(1_700_000_001).build());
    }
    String target = "file:" + directory.resolve("target");
    String[] copy = {
      "copy",
      "--from",
      table,
      "--from-table",
      "token",
      "--to",
      target,
      "--map",
      "scope='snsapi_base'"
    };

    CliRun.run(copy).hasCode(ExitCode.ATTENTION).says("create_at is not in milliseconds");
    copy[8] = "create_at=create_at*1000,expires_in=7000,scope='snsapi_base'";
    CliRun.run(copy).hasCode(ExitCode.OK).says("inserted: 2");

    try (TokenStore store = TokenStores.open(target)) {
      OAuthToken expected =
          token("oA").toBuilder()
              .createAt(1_700_000_000_000L)
              .expiresIn(7_000)
              .scope("snsapi_base")
              .build();
      assertThat(store.getToken("oA")).contains(expected);
    }
  }

  @Test
  void anExportIsCompleteOrMissingAndComesBack() throws IOException {
    Path lines = directory.resolve("out.jsonl");

    CliRun.run("copy", "--from", url, "--to", "jsonl:" + lines).hasCode(ExitCode.OK);
    assertThat(lines).hasContent(token("oUser").toJson());
    assertThat(Files.getPosixFilePermissions(lines)).hasSize(2);
    refused(ExitCode.USAGE, "copy", "--from", url, "--to", "jsonl:" + lines).says("it exists");
    CliRun.run("copy", "--from", "jsonl:" + lines, "--to", "file:" + directory.resolve("back"))
        .hasCode(ExitCode.OK);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".partial"));
    }
  }

  @Test
  void ctrlCEndsCleanlyAndSaysHowToGoOn() {
    Interrupt interrupt = new Interrupt();
    interrupt.request();
    String target = "file:" + directory.resolve("target");
    Path state = directory.resolve("state");

    CliRun.run(
            Map.of(),
            interrupt,
            "copy",
            "--from",
            url,
            "--to",
            target,
            "--resume",
            state.toString())
        .hasCode(ExitCode.INTERRUPTED)
        .says("interrupted", "it writes what is missing");
    CliRun.run(Map.of(), interrupt, "delete", "--store", url, "--yes", "oUser")
        .says("nothing was deleted");
    CliRun.run("copy", "--from", url, "--to", target, "--resume", state.toString())
        .hasCode(ExitCode.OK)
        .says("inserted: 1");
  }

  @Test
  void aNarrowTerminalGetsABarThatFits() {
    Terminal terminal = new Terminal(System.out, System.err, System.in, Map.of(), false, 40);
    try (Progress progress = new Progress(terminal, "copied", OptionalLong.of(1_000_000))) {
      progress.add(123_456);

      assertThat(progress.bar(39)).hasSize(39).contains("123,456");
      assertThat(progress.bar(79)).hasSize(79).contains("[###", "12 %", "left");
      assertThat(progress.bar(20)).hasSize(20);
    }
  }

  @Test
  void everyCommandHasHelpInASCII() {
    for (String command :
        Cli.commandLine(new Session(terminal(), new Interrupt())).getSubcommands().keySet()) {
      CliRun.run(command, "--help").hasCode(ExitCode.OK).says("Usage: wxtoken " + command);
    }
    CliRun.run("help", "copy").hasCode(ExitCode.OK).says("Usage: wxtoken copy");
    CliRun.run("completion").hasCode(ExitCode.OK).says("complete -F");
    CliRun.run("man").hasCode(ExitCode.OK).says(".TH WXTOKEN 1", "WXTOKEN COPY");
    CliRun.run("--version").hasCode(ExitCode.OK).says("drivers: ", "Lettuce");
  }

  private static Terminal terminal() {
    return new Terminal(System.out, System.err, System.in, Map.of(), false, 80);
  }
}
