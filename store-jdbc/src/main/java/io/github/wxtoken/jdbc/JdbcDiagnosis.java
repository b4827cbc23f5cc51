package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreFinding;
import java.util.ArrayList;
import java.util.List;

/** Looks at a table of tokens and its server for operators. */
final class JdbcDiagnosis {
  private final Database database;
  private final TableName name;
  private final TokenTable table;

  JdbcDiagnosis(Database database, TableName name, TokenTable table) {
    this.database = database;
    this.name = name;
    this.table = table;
  }

  List<StoreFinding> findings() {
    List<StoreFinding> findings = new ArrayList<>();
    findings.add(
        StoreFinding.ok(
            "the table "
                + name
                + " has its columns, and a unique key on openid with the collation "
                + table.column(Field.OPENID).collation()));
    for (Field field : Field.values()) {
      if (!table.fields().contains(field)) {
        findings.add(missing(field));
      }
    }
    findings.add(clock());
    findings.addAll(database.dialect().diagnose(database));
    return findings;
  }

  private StoreFinding missing(Field field) {
    return StoreFinding.warning(
        "the table " + name + " has no column " + field.column + ", so its values are dropped",
        "ALTER TABLE "
            + name.quoted(database.dialect())
            + " ADD COLUMN "
            + database.dialect().quote(field.column)
            + (field == Field.UNIONID
                ? " varchar(128)"
                : field == Field.SESSION_KEY ? " varchar(1024)" : " text")
            + ";");
  }

  private StoreFinding clock() {
    long before = System.currentTimeMillis();
    long server = Long.parseLong(database.ask("SELECT " + database.dialect().now() + " LIMIT 1"));
    return StoreFinding.clock(server, before, System.currentTimeMillis());
  }
}
