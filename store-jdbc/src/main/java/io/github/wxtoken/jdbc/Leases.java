package io.github.wxtoken.jdbc;

import io.github.wxtoken.Lease;
import io.github.wxtoken.TimedLease;
import io.github.wxtoken.TokenStoreException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases in a table of their own, judged by the database's clock. Each step is one statement: take
 * the lease by inserting it, or else by overwriting one that is over; release it by its owner.
 */
final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final Set<String> COLUMNS = Set.of("name", "owner", "expires_at");

  /** What is over for less may just be being taken by another: deleting it could deadlock. */
  private static final long SWEPT_AFTER_MILLIS = 60_000;

  private static final int SWEPT_EVERY = 64;

  private final Database database;
  private final String table;
  private final String held;
  private final String insert;
  private final String take;
  private final String release;
  private final String sweep;
  private volatile boolean usable;

  Leases(Database database, Table table, String name) {
    this.database = database;
    this.table = name;
    String quoted = Table.quote(name);
    String now = database.dialect().now;
    held = "SELECT 1 FROM " + quoted + " WHERE name = ? AND expires_at > " + now;
    insert = "INSERT INTO " + quoted + "(owner, expires_at, name) VALUES (?, " + now + " + ?, ?)";
    take =
        "UPDATE "
            + quoted
            + " SET owner = ?, expires_at = "
            + now
            + " + ?"
            + " WHERE name = ? AND expires_at <= "
            + now;
    release = "DELETE FROM " + quoted + " WHERE name = ? AND owner = ?";
    sweep = String.format(Locale.ROOT, database.dialect().sweep, quoted, now);
    if (table.exists()) {
      table.text("name", 200);
      table.text("owner", 36);
      table.number("expires_at", Long.MAX_VALUE);
      table.requireKey("name", COLUMNS);
      table.requireOthersFilled(COLUMNS);
      usable = true;
    } else {
      giveUp();
    }
  }

  /** Tells whether leases can be had here at all. */
  boolean usable() {
    return usable;
  }

  /** Returns empty also when there turns out to be no right to the table: ask {@link #usable}. */
  Optional<Lease> tryLease(String name, Duration atMost) {
    // SQLite's writers exclude each other, so who waits for a lease must not be one of them.
    if (database.dialect() == Dialect.SQLITE && isHeld(name)) {
      return Optional.empty();
    }
    String owner = UUID.randomUUID().toString();
    long millis = TimedLease.storedMillis(atMost);
    long start = System.nanoTime();
    boolean taken =
        database.write(
            "lease " + name,
            session -> {
              try {
                return change(session, insert, owner, millis, name)
                    || change(session, take, owner, millis, name);
              } catch (SQLException e) {
                if (!database.dialect().isOutOfReach(e)) {
                  throw e;
                }
                giveUp();
                return false;
              }
            });
    if (!taken) {
      return Optional.empty();
    }
    if (ThreadLocalRandom.current().nextInt(SWEPT_EVERY) == 0) {
      sweep();
    }
    return Optional.of(new TimedLease(start, atMost, () -> release(name, owner)));
  }

  private boolean isHeld(String name) {
    return database.read(
        "lease " + name,
        session -> {
          try (PreparedStatement statement = session.prepare(held)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  private boolean change(
      Database.Session session, String sql, String owner, long millis, String name)
      throws SQLException {
    try (PreparedStatement statement = session.prepare(sql)) {
      statement.setString(1, owner);
      statement.setLong(2, millis);
      statement.setString(3, name);
      return statement.executeUpdate() > 0;
    } catch (SQLException e) {
      if (database.dialect().isDuplicate(e)) {
        return false;
      }
      throw e;
    }
  }

  private void release(String name, String owner) {
    quietly(
        "release the lease " + name,
        session -> {
          try (PreparedStatement statement = session.prepare(release)) {
            statement.setString(1, name);
            statement.setString(2, owner);
            return statement.executeUpdate();
          }
        });
  }

  /** Rows that nobody asks for again: of holders that died, and of codes that were exchanged. */
  private void sweep() {
    quietly(
        "sweep leases",
        session -> {
          try (PreparedStatement statement = session.prepare(sweep)) {
            statement.setLong(1, SWEPT_AFTER_MILLIS);
            return statement.executeUpdate();
          }
        });
  }

  private void quietly(String what, Database.Work<Integer> work) {
    try {
      database.write(what, work);
    } catch (TokenStoreException e) {
      LOG.debug("{}; it runs out by itself", e.getMessage());
    }
  }

  private void giveUp() {
    usable = false;
    LOG.warn(
        "There is no table {}, or no right to it: leases are granted to everyone, so an expired"
            + " token may be refreshed more than once. Create it with createSchema or the DDL in"
            + " {} of wxtoken-store-jdbc: CREATE TABLE {} (name varchar(200) NOT NULL PRIMARY KEY,"
            + " owner varchar(64) NOT NULL, expires_at bigint NOT NULL){}",
        table,
        database.dialect().schema,
        Table.quote(table),
        database.dialect() == Dialect.MYSQL ? " CHARSET=ascii COLLATE=ascii_bin" : "");
  }
}
