package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
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

    CliRun.run(
            "copy",
            "--from",
            SERVER.url(),
            "--from-table",
            table,
            "--map",
            "scope=scope",
            "--to",
            target,
            "--verify")
        .hasCode(ExitCode.OK)
        .says("inserted: 1", "1 equal");
    CliRun.run(
            "copy",
            "--from",
            SERVER.url(),
            "--from-table",
            table,
            "--map",
            "scope=scope",
            "--to",
            url)
        .hasCode(ExitCode.USAGE)
        .says("source and target are both");
    try (TokenStore store = TokenStores.open(target)) {
      assertThat(store.getToken("oA")).contains(token("oA"));
    }
  }
}
