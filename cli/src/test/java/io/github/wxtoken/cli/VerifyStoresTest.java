package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;

import io.github.wxtoken.OAuthToken;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} of two stores in SQL, which are read side by side. */
@SuppressWarnings("NullAway.Init") // set before each test
class VerifyStoresTest {
  @TempDir private Path directory;
  private String first;
  private String second;

  @BeforeEach
  void saveTheSameTokensInBoth() {
    first = Stores.sqlite(directory.resolve("first.db"));
    second = Stores.sqlite(directory.resolve("second.db"));
    for (String url : new String[] {first, second}) {
      Stores.save(
          url,
          IntStream.range(0, 200).mapToObj(i -> token("oUser-" + i)).toArray(OAuthToken[]::new));
    }
  }

  private static void spoil(String url, String openid) throws SQLException {
    Stores.executeInSqlite(url, "UPDATE token SET create_at = 'x' WHERE openid = '" + openid + "'");
  }

  private CliRun.Result verify() {
    return CliRun.run("verify", "--from", first, "--to", second);
  }

  @Test
  void aRecordThatCannotBeReadIsCountedOnce() throws SQLException {
    spoil(first, "oUser-7");
    verify().hasCode(ExitCode.ATTENTION).says("oUser-7", "equal: 199\ncannot be read: 1\n");

    spoil(second, "oUser-9");
    verify().hasCode(ExitCode.ATTENTION).says("oUser-9", "equal: 198\ncannot be read: 2\n");
  }

  @Test
  void ctrlCEndsIt() {
    Interrupt interrupt = new Interrupt();
    interrupt.request();

    CliRun.run(Map.of(), interrupt, "verify", "--from", first, "--to", second)
        .hasCode(ExitCode.INTERRUPTED)
        .says("interrupted: the rest was not compared");
  }
}
