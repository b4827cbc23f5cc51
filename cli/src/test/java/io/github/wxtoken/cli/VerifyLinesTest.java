package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} compares a store with a file of lines, on either side. */
@SuppressWarnings("NullAway.Init") // set before each test
class VerifyLinesTest {
  @TempDir private Path directory;
  private Path file;
  private String lines;
  private String store;

  @BeforeEach
  void export() {
    store = Stores.sqlite(directory.resolve("store.db"));
    file = directory.resolve("lines");
    lines = "jsonl:" + file;
    Stores.save(store, token("oSame"), token("oLater"), token("oOnlyInTheFile"));
    CliRun.run("copy", "--from", store, "--to", lines).hasCode(ExitCode.OK);
  }

  private static CliRun.Result verify(String from, String to) {
    return CliRun.run("verify", "--from", from, "--to", to);
  }

  @Test
  void anExportEqualsItsStore() {
    verify(store, lines).hasCode(ExitCode.OK).says("the file and the store are equal", "equal: 3");
    verify(lines, store).hasCode(ExitCode.OK).says("the file and the store are equal", "equal: 3");
  }

  @Test
  void differencesAreNamedAsTheSidesAre() {
    Stores.save(store, renewed(token("oLater"), 2), token("oOnlyInTheStore"));
    CliRun.run("delete", "--store", store, "--yes", "oOnlyInTheFile").hasCode(ExitCode.OK);

    verify(store, lines)
        .hasCode(ExitCode.ATTENTION)
        .says(
            "oLater: older in the second",
            "oOnlyInTheStore: only in the first",
            "oOnlyInTheFile: only in the second",
            "equal: 1");
    verify(lines, store)
        .hasCode(ExitCode.ATTENTION)
        .says(
            "oLater: newer in the second",
            "oOnlyInTheStore: only in the second",
            "oOnlyInTheFile: only in the first",
            "equal: 1");
  }

  @Test
  void aLineThatIsNoTokenIsADifference() throws IOException {
    Files.writeString(file, "{}\n", StandardOpenOption.APPEND);

    verify(store, lines)
        .hasCode(ExitCode.ATTENTION)
        .says("line 4 is no token", "equal: 3", "cannot be read: 1");
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    verify(lines, lines).hasCode(ExitCode.USAGE).says("both sides are files of lines");
    verify(lines + ".missing", store).hasCode(ExitCode.FAILED).says("cannot read the file");
    CliRun.run("verify", "--from", store, "--to", lines, "--to-scope", "wx1")
        .hasCode(ExitCode.USAGE)
        .says("cannot use --to-scope");
  }
}
