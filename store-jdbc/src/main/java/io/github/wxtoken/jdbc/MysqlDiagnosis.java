package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds settings of a MySQL or MariaDB server that endanger tokens. */
final class MysqlDiagnosis {
  private final Database database;
  private final List<StoreFinding> findings = new ArrayList<>();

  private MysqlDiagnosis(Database database) {
    this.database = database;
  }

  static List<StoreFinding> of(Database database) {
    MysqlDiagnosis diagnosis = new MysqlDiagnosis(database);
    diagnosis.durability();
    diagnosis.role();
    diagnosis
        .variable("max_connections")
        .ifPresent(
            most ->
                diagnosis.findings.add(
                    StoreFinding.ok(
                        "max_connections is " + most + "; each process holds wxtoken.poolSize")));
    return diagnosis.findings;
  }

  private void durability() {
    setting("innodb_flush_log_at_trx_commit", "1", "a crash of the server loses the last commits");
    if (variable("log_bin").filter("1"::equals).isPresent()) {
      setting("sync_binlog", "1", "a crash of the machine loses the last commits of its replicas");
    }
  }

  private void setting(String name, String right, String otherwise) {
    variable(name)
        .ifPresent(
            value ->
                findings.add(
                    value.equals(right)
                        ? StoreFinding.ok(name + " is " + right)
                        : StoreFinding.warning(
                            name + " is " + value + ": " + otherwise,
                            "SET GLOBAL " + name + " = " + right + ";")));
  }

  private void role() {
    variable("read_only")
        .ifPresent(
            value ->
                findings.add(
                    value.equals("0") || value.equalsIgnoreCase("OFF")
                        ? StoreFinding.ok("the server takes writes (read_only is off)")
                        : StoreFinding.broken(
                            "the server is read-only: it is a replica, or its primary was demoted",
                            "name the primary in the URL, or on this server: SET GLOBAL read_only ="
                                + " OFF;")));
    if (isReplica()) {
      findings.add(
          StoreFinding.warning(
              "the server replicates another one: it answers with an older state, and its writes"
                  + " are lost when the source wins",
              "name the source in the URL"));
    }
  }

  /** Asking needs a right that the store needs for nothing else. */
  private boolean isReplica() {
    try {
      return !database.read(
          "ask for the replication",
          handle -> handle.createQuery("SHOW REPLICA STATUS").mapToMap().list().isEmpty());
    } catch (TokenStoreException e) {
      return false;
    }
  }

  private Optional<String> variable(String name) {
    try {
      return Optional.of(database.ask("SELECT @@global." + name + " LIMIT 1"));
    } catch (TokenStoreException e) {
      return Optional.empty();
    }
  }
}
