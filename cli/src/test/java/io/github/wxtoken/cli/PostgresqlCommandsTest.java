package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands on a server: PostgreSQL. */
@Tag("faults")
class PostgresqlCommandsTest extends CommandsContract {
  @RegisterExtension static final TestServer SERVER = Stores.POSTGRESQL;

  @Override
  String freshUrl() {
    return Stores.fresh(SERVER.url());
  }

  @Test
  void aTableIsCopiedAndNotToItself() {
    String url = freshUrl();
    String table = url.substring(url.lastIndexOf('=') + 1);
    try (TokenStore store = TokenStores.open(url)) {
      store.saveToken("oA", token("oA"));
    }
    String target = freshUrl();

    copyTable(table, target, "--verify").hasCode(ExitCode.OK).says("inserted: 1", "1 equal");
    copyTable(table, url).hasCode(ExitCode.USAGE).says("source and target are both");
    try (TokenStore store = TokenStores.open(target)) {
      assertThat(store.getToken("oA")).contains(token("oA"));
    }
  }

  private static CliRun.Result copyTable(String table, String to, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("copy", "--from", SERVER.url(), "--from-table", table));
    arguments.addAll(List.of("--map", "scope=scope", "--to", to));
    arguments.addAll(List.of(more));
    return CliRun.run(arguments.toArray(String[]::new));
  }
}
