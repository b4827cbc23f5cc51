package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ServerFiles;
import java.util.Set;

/** Canaries in MySQL and MariaDB: rows, redo log, binary log, and the logs of statements. */
abstract class ServerCanaryContract extends SqlCanaryContract {
  private final ReadableServer server;

  ServerCanaryContract(ReadableServer server) {
    this.server = server;
  }

  @Override
  protected String storeUrl(String name, String password) throws Exception {
    Servers.execute(
        Servers.withDatabase(server.server().url(), ""),
        // MariaDB would log the statement that makes a user, password included.
        "SET SESSION sql_log_bin = 0, sql_log_off = 1, long_query_time = 100",
        "CREATE DATABASE " + name,
        "CREATE USER '" + name + "'@'%' IDENTIFIED BY '" + password + "'",
        "GRANT ALL ON " + name + ".* TO '" + name + "'@'%'");
    String user = adminUrl(name).replace("user=root", "user=" + name).replace("&password=root", "");
    return user + "&password=" + password + "&wxtoken.createSchema=true";
  }

  @Override
  String adminUrl(String name) {
    return Servers.withDatabase(server.server().url(), name);
  }

  @Override
  String failure() {
    return """
        BEGIN
          DECLARE quoted VARCHAR(128) DEFAULT LEFT(NEW.access_token, 128);
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = quoted;
        END
        """;
  }

  @Override
  protected ServerFiles files() throws Exception {
    return server.stop();
  }

  @Override
  protected Set<String> filesWithTokens() {
    return Set.of(
        ".*/token\\.ibd",
        "(.*/)?(ib_logfile0|#innodb_redo/.*)",
        "(.*/)?binlog\\.\\d+",
        "(.*/)?general\\.log",
        "(.*/)?slow\\.log");
  }
}
