package io.github.wxtoken.jdbc;

import io.github.wxtoken.RedactedException;
import io.github.wxtoken.StoreOptions;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a driver or a data source threw, without its text: drivers quote values ("Truncated
 * incorrect INTEGER value: '…'") and parts of URLs ("Incorrect port value : password@host"). Types,
 * SQLState, vendor code and stack traces are left, those of causes and suppressed exceptions too.
 */
final class SqlFailure extends SQLException {
  private static final Pattern SSL = Pattern.compile("\\b(SSL|with ssl)\\b");
  private static final Pattern STATE = Pattern.compile("[0-9A-Z]{5}");

  /** MySQL's and MariaDB's own codes begin here. Codes of drivers and of SQLite are smaller. */
  private static final int FIRST_OF_SERVER = 1000;

  private static final int MAX_CAUSES = 64;

  /** The server closes the connection: shutdown, killed, aborted, idle for too long. */
  private static final Set<Integer> CLOSING = Set.of(1053, 1152, 1184, 1927, 4031);

  private final boolean tls;
  private final boolean sql;
  private final boolean linkage;

  SqlFailure(Throwable reported) {
    super(types(reported), state(reported), code(reported));
    setStackTrace(reported.getStackTrace());
    RedactedException copy = RedactedException.of(reported);
    if (copy.getCause() != null) {
      initCause(copy.getCause());
    }
    for (Throwable suppressed : copy.getSuppressed()) {
      addSuppressed(suppressed);
    }
    this.tls = isTls(reported);
    this.sql =
        reported instanceof SqlFailure failure ? failure.sql : reported instanceof SQLException;
    this.linkage =
        reported instanceof SqlFailure failure ? failure.linkage : reported instanceof LinkageError;
  }

  /** Says it in words where the codes of MySQL, MariaDB and SQLite are known. */
  String describe() {
    return meaning()
        + " ("
        + getMessage()
        + ", SQLState "
        + getSQLState()
        + ", code "
        + getErrorCode()
        + ")";
  }

  private String meaning() {
    if (tls) {
      return StoreOptions.NO_TLS;
    }
    if (linkage) {
      return "the driver lacks a class or a method, so it is too old for this store, or there are"
          + " two of it; see the driver versions in the README";
    }
    String known = known(getErrorCode());
    if (known != null) {
      return known;
    }
    if (isConnection(this)) {
      return "the database cannot be reached, or the connection broke";
    }
    return sql ? "the database reported an error" : "the data source or the driver failed";
  }

  /** Tells whether it says more than that a wait for a connection timed out. */
  boolean isKnown() {
    return tls || linkage || !sql || getSQLState() != null || getErrorCode() != 0;
  }

  private static @Nullable String known(int code) {
    return switch (code) {
      case 1040 -> "the database has too many connections";
      case 1044, 1045, 1698 -> "the database refuses the user or the password";
      case 1049 -> "there is no such database";
      case 1129 ->
          "the database has blocked this host after too many connect errors. Run FLUSH HOSTS"
              + " (MariaDB), or TRUNCATE TABLE performance_schema.host_cache or mysqladmin"
              + " flush-hosts (MySQL), and raise max_connect_errors. Then the store connects by"
              + " itself";
      case 1142, 1143 -> "the database user has no right to do that";
      case 1146 -> "there is no such table";
      case 1290, 1836 ->
          "the database is read-only, so it is not the primary, or no longer. The store closes its"
              + " connections and connects anew. Make the address lead to the primary";
      case 1792 ->
          "the session is read-only. Remove the read-only setting from the connections or from"
              + " transaction_read_only of the server";
      default -> null;
    };
  }

  /** Tells whether the connection, not the statement, is what failed. */
  static boolean isConnection(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("08")
        || e instanceof SQLTimeoutException
        || CLOSING.contains(e.getErrorCode());
  }

  /** Tells whether a server of MySQL or MariaDB reported this, in an error packet. */
  boolean isAnswerOfServer() {
    return getErrorCode() >= FIRST_OF_SERVER;
  }

  /** By Java's exceptions among the causes, and by words where the drivers have no type. */
  private static boolean isTls(Throwable reported) {
    if (reported instanceof SqlFailure failure) {
      return failure.tls;
    }
    return causes(reported)
        .anyMatch(
            cause ->
                cause instanceof SSLException
                    || cause instanceof CertificateException
                    || SSL.matcher(String.valueOf(cause.getMessage())).find());
  }

  /** Returns an exception and its causes, which may be a cycle. */
  static Stream<Throwable> causes(Throwable reported) {
    return Stream.iterate(reported, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
  }

  /** Five characters by the standard. Anything else is text of a driver. */
  private static @Nullable String state(Throwable e) {
    String state = e instanceof SQLException thrown ? thrown.getSQLState() : null;
    return state != null && STATE.matcher(state).matches() ? state : null;
  }

  private static int code(Throwable e) {
    return e instanceof SQLException thrown ? thrown.getErrorCode() : 0;
  }

  private static String types(Throwable reported) {
    if (reported instanceof SqlFailure) {
      return String.valueOf(reported.getMessage());
    }
    return causes(reported)
        .limit(5)
        .map(cause -> cause.getClass().getSimpleName())
        .collect(Collectors.joining(" < "));
  }
}
