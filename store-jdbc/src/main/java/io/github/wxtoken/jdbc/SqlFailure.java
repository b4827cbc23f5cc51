package io.github.wxtoken.jdbc;

import io.github.wxtoken.StoreOptions;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a driver reported, without its text: drivers quote values ("Truncated incorrect INTEGER
 * value: '…'") and parts of URLs ("Incorrect port value : password@host"). Types, SQLState, vendor
 * code and stack trace are left.
 */
final class SqlFailure extends SQLException {
  private static final Pattern SSL = Pattern.compile("\\b(SSL|with ssl)\\b");

  private final boolean tls;

  SqlFailure(Throwable reported) {
    super(types(reported), state(reported), code(reported));
    setStackTrace(reported.getStackTrace());
    this.tls = isTls(reported);
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
    if (isConnection(this)) {
      return "the database cannot be reached, or the connection broke";
    }
    return switch (getErrorCode()) {
      case 1044, 1045, 1698 -> "the database refuses the user or the password";
      case 1049 -> "there is no such database";
      case 1142, 1143 -> "the database user has no right to do that";
      case 1146 -> "there is no such table";
      default -> "the database reported an error";
    };
  }

  /** Tells whether the connection, not the statement, is what failed. */
  static boolean isConnection(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("08") || e instanceof SQLTimeoutException;
  }

  /** By Java's exceptions among the causes, and by words where the drivers have no type. */
  private static boolean isTls(Throwable reported) {
    if (reported instanceof SqlFailure failure) {
      return failure.tls;
    }
    for (Throwable cause = reported; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException
          || cause instanceof CertificateException
          || SSL.matcher(String.valueOf(cause.getMessage())).find()) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String state(Throwable e) {
    return e instanceof SQLException sql ? sql.getSQLState() : null;
  }

  private static int code(Throwable e) {
    return e instanceof SQLException sql ? sql.getErrorCode() : 0;
  }

  private static String types(Throwable reported) {
    if (reported instanceof SqlFailure) {
      return String.valueOf(reported.getMessage());
    }
    StringBuilder types = new StringBuilder(reported.getClass().getSimpleName());
    Throwable cause = reported.getCause();
    for (int depth = 0; cause != null && depth < 4; depth++, cause = cause.getCause()) {
      types.append(" < ").append(cause.getClass().getSimpleName());
    }
    return types.toString();
  }
}
