package io.github.wxtoken.cli;

import io.github.wxtoken.faults.TestServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands on a server: PostgreSQL. */
@Tag("faults")
class PostgresqlCommandsTest extends CommandsContract {
  @RegisterExtension static final TestServer SERVER = Stores.POSTGRESQL;

  @Override
  String freshUrl() {
    return Stores.fresh(SERVER.url());
  }
}
