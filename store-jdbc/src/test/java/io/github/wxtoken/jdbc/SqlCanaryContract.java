package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.CanaryContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Canaries in databases that refuse a row by an error that quotes its token. */
abstract class SqlCanaryContract extends CanaryContract {
  /** Returns the URL of a database for what a test does past the store. */
  abstract String adminUrl(String name) throws Exception;

  /** Returns the statement of a trigger that fails with the text of {@code NEW.access_token}. */
  abstract String failure();

  @Override
  protected void refuseWrites(String name, String openid) throws Exception {
    for (String event : List.of("INSERT", "UPDATE")) {
      Servers.execute(
          adminUrl(name),
          "CREATE TRIGGER refuse_%s BEFORE %s ON token FOR EACH ROW %s"
              .formatted(event, event, failure()));
    }
  }

  @Override
  protected void takeWrites(String name, String openid) throws Exception {
    Servers.execute(adminUrl(name), drop("refuse_INSERT"), drop("refuse_UPDATE"));
  }

  /** Returns the statement that drops a trigger of the table of tokens. */
  String drop(String trigger) {
    return "DROP TRIGGER " + trigger;
  }

  @Override
  protected void plantCorrupt(String name, String openid, String content) throws Exception {
    try (Connection connection = Servers.connect(adminUrl(name));
        PreparedStatement statement =
            connection.prepareStatement("UPDATE token SET extra = ? WHERE openid = ?")) {
      statement.setString(1, content);
      statement.setString(2, openid);
      if (statement.executeUpdate() != 1) {
        throw new SQLException("no such row");
      }
    }
  }
}
