package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreFinding;
import java.util.List;

/** Finds settings of a PostgreSQL server that endanger tokens. Each user may read them. */
final class PostgresqlDiagnosis {
  private final Database database;

  private PostgresqlDiagnosis(Database database) {
    this.database = database;
  }

  static List<StoreFinding> of(Database database) {
    PostgresqlDiagnosis diagnosis = new PostgresqlDiagnosis(database);
    return List.of(
        diagnosis.fsync(), diagnosis.commit(), diagnosis.role(), diagnosis.maxConnections());
  }

  private StoreFinding fsync() {
    return setting("fsync").equals("on")
        ? StoreFinding.ok("fsync is on")
        : StoreFinding.warning(
            "fsync is off: a crash of the machine destroys the database",
            "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();");
  }

  private StoreFinding commit() {
    String mode = setting("synchronous_commit");
    return mode.equals("off")
        ? StoreFinding.warning(
            "synchronous_commit is off: a crash of the server loses the last commits",
            "ALTER ROLE CURRENT_USER SET synchronous_commit = on;")
        : StoreFinding.ok("synchronous_commit is " + mode);
  }

  private StoreFinding role() {
    return database.ask("SELECT pg_is_in_recovery() LIMIT 1").equals("t")
        ? StoreFinding.broken(
            "the server is a standby, which takes no writes",
            "name the primary in the URL, or several servers: jdbc:postgresql://HOST1,HOST2/DB")
        : StoreFinding.ok("the server takes writes (it is no standby)");
  }

  private StoreFinding maxConnections() {
    return StoreFinding.ok(
        "max_connections is "
            + setting("max_connections")
            + "; each process holds wxtoken.poolSize");
  }

  private String setting(String name) {
    return database.ask("SELECT current_setting('" + name + "') LIMIT 1");
  }
}
