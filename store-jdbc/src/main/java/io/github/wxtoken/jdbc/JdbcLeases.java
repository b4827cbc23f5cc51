package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseAvailability;
import io.github.wxtoken.store.LeaseRequest;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Update;
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
final class JdbcLeases {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcLeases.class);
  private static final Set<String> COLUMNS = Set.of("name", "owner", "expires_at");

  /**
   * How long a row must have been expired before the sweep deletes it. Another process may be
   * acquiring a lease that expired more recently, and deleting its row could deadlock.
   */
  private static final long SWEPT_AFTER_MILLIS = 60_000;

  private static final int SWEPT_EVERY = 64;

  private final Database database;
  private final TableName table;
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
  JdbcLeases(Database database, TableName table) {
    this.database = database;
    this.table = table;
    Dialect dialect = database.dialect();
    String quoted = table.quoted(dialect);
    String now = dialect.now();
    held = "SELECT 1 FROM " + quoted + " WHERE name = :name AND expires_at > " + now + " LIMIT 1";
    insert =
        dialect.ifAbsent(
            "INSERT INTO "
                + quoted
                + "(owner, expires_at, name) VALUES (:owner, "
                + now
                + " + :millis, :name)",
            "name");
    take =
        "UPDATE "
            + quoted
            + " SET owner = :owner, expires_at = "
            + now
            + " + :millis WHERE name = :name AND expires_at <= "
            + now;
    release = "DELETE FROM " + quoted + " WHERE name = :name AND owner = :owner";
    sweep = dialect.sweep(quoted);
    availability =
        new LeaseAvailability(
            LOG,
            "the table "
                + table
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
    return "Create it with createSchema or the DDL in "
        + dialect.schemaFile()
        + " of wxtoken-store-jdbc: CREATE TABLE "
        + table.quoted(dialect)
        + " (name varchar(200)"
        + dialect.keyOptions()
        + " NOT NULL PRIMARY KEY, owner varchar(64) NOT NULL, expires_at"
        + " bigint NOT NULL)"
        + dialect.tableOptions()
        + dialect.grant(database, table).map(grant -> "; or run " + grant).orElse("");
  }

  private boolean exists() {
    Table found = describe(database, table);
    requireFit(found);
    return found.exists();
  }

  static Table describe(Database database, TableName table) {
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
    // With one writer at a time, a caller that waits for a lease must not write.
    if (database.dialect().oneWriterAtATime() && isHeld(name)) {
      return Optional.empty();
    }
    LeaseRequest request = LeaseRequest.begin(name, atMost);
    boolean acquired =
        database.write(
            "lease " + name,
            available(
                handle ->
                    database.insert(bind(handle.createUpdate(insert), request))
                        || bind(handle.createUpdate(take), request).execute() > 0));
    if (!acquired) {
      return Optional.empty();
    }
    if (ThreadLocalRandom.current().nextInt(SWEPT_EVERY) == 0) {
      sweep();
    }
    return Optional.of(request.granted(() -> release(request)));
  }

  private static Update bind(Update update, LeaseRequest request) {
    return update
        .bind("owner", request.owner())
        .bind("millis", request.storedMillis())
        .bind("name", request.name());
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

  private <T> HandleCallback<T, SQLException> available(HandleCallback<T, SQLException> work) {
    return handle -> {
      try {
        return work.withHandle(handle);
      } catch (JdbiException e) {
        Optional<SqlFailure> outOfReach =
            Database.sqlCause(e).filter(database.dialect()::isOutOfReach).map(SqlFailure::new);
        if (outOfReach.isEmpty()) {
          throw e;
        }
        checked = false;
        throw availability.unavailable(outOfReach.get());
      }
    };
  }

  private boolean isHeld(String name) {
    return database.read(
        "lease " + name,
        available(
            handle ->
                handle
                    .createQuery(held)
                    .bind("name", name)
                    .mapTo(Integer.class)
                    .findOne()
                    .isPresent()));
  }

  private void release(LeaseRequest request) {
    database.write(
        "release the lease " + request.name(),
        handle ->
            handle
                .createUpdate(release)
                .bind("name", request.name())
                .bind("owner", request.owner())
                .execute());
  }

  /**
   * Deletes rows that are never asked for again: those of processes that died, and those of codes
   * that were exchanged. A failure does not matter: a later sweep deletes them.
   */
  private void sweep() {
    try {
      database.write(
          "sweep leases",
          handle -> handle.createUpdate(sweep).bind("millis", SWEPT_AFTER_MILLIS).execute());
    } catch (TokenStoreException e) {
      LOG.debug("{}. A later sweep deletes expired leases", e.getMessage());
    }
  }
}
