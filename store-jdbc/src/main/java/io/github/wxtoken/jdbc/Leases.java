package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseAvailability;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TimedLease;
import io.github.wxtoken.store.TokenStoreException;
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
 * Keeps leases in a table of their own, by the database's clock. Each step is one statement:
 * acquire a lease by inserting it, or else by overwriting an expired one; release it by its owner.
 *
 * <p>A store that found the table at its start grants no lease while the table, or the right to it,
 * is missing. A store that did not find it grants leases unchecked until the table exists. Whenever
 * the table appears, or appears again, it is checked.
 */
final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final Set<String> COLUMNS = Set.of("name", "owner", "expires_at");

  /**
   * How long a row must have been expired before the sweep deletes it. Another process may be
   * acquiring a lease that expired more recently, and deleting its row could deadlock.
   */
  private static final long SWEPT_AFTER_MILLIS = 60_000;

  private static final int SWEPT_EVERY = 64;

  private static final String USER =
      """
      SELECT CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@',
                    QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))
      LIMIT 1
      """;

  private final Database database;
  private final String table;
  private final String held;
  private final String insert;
  private final String take;
  private final String release;
  private final String sweep;
  private final LeaseAvailability availability;

  /** Whether the table is known to be usable. */
  private volatile boolean checked;

  /**
   * Checks the table if there is one.
   *
   * @throws TokenStoreException if it is unfit
   */
  Leases(Database database, String name) {
    this.database = database;
    this.table = name;
    String quoted = Table.quote(name);
    String now = database.dialect().now;
    held = "SELECT 1 FROM " + quoted + " WHERE name = ? AND expires_at > " + now + " LIMIT 1";
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
    availability =
        new LeaseAvailability(
            LOG,
            "the table "
                + name
                + " is missing, lacks a column or cannot be read, or the store has no right to it",
            remedy());
    checked = exists();
    availability.check(
        () -> {
          if (!checked) {
            throw availability.unavailable(null);
          }
        });
  }

  private String remedy() {
    Dialect dialect = database.dialect();
    String create =
        "Create it with createSchema or the DDL in "
            + dialect.schema
            + " of wxtoken-store-jdbc: CREATE TABLE "
            + Table.quote(table)
            + " (name varchar(200) NOT NULL PRIMARY KEY, owner varchar(64) NOT NULL, expires_at"
            + " bigint NOT NULL)";
    return dialect == Dialect.SQLITE
        ? create
        : create
            + " ENGINE=InnoDB CHARSET=ascii COLLATE=ascii_bin; or run GRANT SELECT, INSERT, UPDATE,"
            + " DELETE ON "
            + (table.contains(".")
                ? ""
                : database.ask("SELECT CONCAT('`', DATABASE(), '`.') LIMIT 1"))
            + Table.quote(table)
            + " TO "
            + database.ask(USER);
  }

  private boolean exists() {
    Table found = describe(database, table);
    requireFit(found);
    return found.exists();
  }

  static Table describe(Database database, String table) {
    return database.describe(table, "leaseTable");
  }

  /** Requires that leases can be kept in a table, if it exists. */
  static void requireFit(Table found) {
    if (found.exists()) {
      found.requireDurable();
      found.text("name", 200);
      found.text("owner", 36);
      found.number("expires_at", Long.MAX_VALUE);
      found.requireKey("name", COLUMNS);
      found.requireOthersFilled(COLUMNS);
    }
  }

  /** Returns what {@link LeaseAvailability} decides. */
  Optional<Lease> tryLease(String name, Duration atMost) {
    return availability.tryLease(atMost, () -> attempt(name, atMost));
  }

  private Optional<Lease> attempt(String name, Duration atMost) {
    requireTable();
    // SQLite allows one writer at a time, so a caller that waits for a lease must not write.
    if (database.dialect() == Dialect.SQLITE && isHeld(name)) {
      return Optional.empty();
    }
    String owner = UUID.randomUUID().toString();
    long millis = TimedLease.storedMillis(atMost);
    long start = System.nanoTime();
    boolean taken =
        database.write(
            "lease " + name,
            available(
                session ->
                    change(session, insert, owner, millis, name)
                        || change(session, take, owner, millis, name)));
    if (!taken) {
      return Optional.empty();
    }
    if (ThreadLocalRandom.current().nextInt(SWEPT_EVERY) == 0) {
      sweep();
    }
    return Optional.of(new TimedLease(start, atMost, () -> release(name, owner)));
  }

  /** Checks the table when it appears (again): it may not be the same table as before. */
  private void requireTable() {
    if (checked) {
      return;
    }
    boolean exists;
    try {
      exists = exists();
    } catch (UnfitTableException e) {
      LOG.warn("{}", e.getMessage());
      throw new LeaseUnavailableException("cannot lease: " + e.getMessage(), e);
    }
    if (!exists) {
      throw availability.unavailable(null);
    }
    checked = true;
  }

  private Database.Work<Boolean> available(Database.Work<Boolean> work) {
    return session -> {
      try {
        return work.run(session);
      } catch (SQLException e) {
        if (!database.dialect().isOutOfReach(e)) {
          throw e;
        }
        checked = false;
        throw availability.unavailable(new SqlFailure(e));
      }
    };
  }

  private boolean isHeld(String name) {
    return database.read(
        "lease " + name,
        available(
            session -> {
              try (PreparedStatement statement = session.prepare(held)) {
                statement.setString(1, name);
                try (ResultSet row = statement.executeQuery()) {
                  return row.next();
                }
              }
            }));
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

  /**
   * Deletes rows that are never asked for again: those of processes that died, and those of codes
   * that were exchanged.
   */
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
}
