package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.RedactedException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Reports an exception of a driver or a data source without its text: drivers quote values
 * ("Truncated incorrect INTEGER value: '…'") and parts of URLs ("Incorrect port value :
 * password@host"). Types, SQLState, vendor code and stack traces remain, also those of causes and
 * suppressed exceptions.
 */
final class SqlFailure extends SQLException {
  private static final Pattern SSL = Pattern.compile("\\b(SSL|with ssl|hostnameverifier)\\b");
  private static final Pattern STATE = Pattern.compile("[0-9A-Z]{5}");

  private final boolean tls;
  private final boolean sql;
  private final boolean linkage;
  private final FailureReason reason;

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
    SqlFailure earlier = earlier(reported);
    this.tls = earlier == null ? isTls(reported) : earlier.tls;
    this.sql = earlier == null ? reported instanceof SQLException : earlier.sql;
    this.linkage = earlier == null ? reported instanceof LinkageError : earlier.linkage;
    this.reason = earlier == null ? explain(reported) : earlier.reason;
  }

  /** Returns the failure that our source threw and a pool wrapped. */
  private static @Nullable SqlFailure earlier(Throwable reported) {
    return RedactedException.causes(reported)
        .filter(SqlFailure.class::isInstance)
        .map(SqlFailure.class::cast)
        .findFirst()
        .orElse(null);
  }

  /** Says in words why a statement failed and, if known, what to do. */
  String describe() {
    return reason.describe(details());
  }

  /** Says in words why an attempt to connect failed, and what to do. */
  String describeAttempt() {
    boolean unexplained = reason.remedy() == null && isConnection(this);
    return unexplained
        ? new FailureReason(reason.why(), FailureReason.NO_ANSWER.remedy()).describe(details())
        : describe();
  }

  private String details() {
    String state = getSQLState() == null ? "" : "SQLState " + getSQLState();
    String code = getErrorCode() == 0 ? "" : "error " + getErrorCode();
    String types = isAnswerOfServer() ? "" : String.valueOf(getMessage());
    return Stream.of(types, state, code)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private FailureReason explain(Throwable reported) {
    if (tls) {
      return FailureReason.TLS_FAILED;
    }
    if (linkage) {
      return new FailureReason(
          "the driver lacks a class or a method",
          "It is too old for this store, or there are two of it: see the driver versions in the"
              + " documentation of wxtoken-store-jdbc");
    }
    String text = texts(reported);
    Optional<FailureReason> known =
        Scheme.dialects()
            .map(dialect -> dialect.explain(getSQLState(), getErrorCode(), text))
            .filter(Objects::nonNull)
            .findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    if (hasCause(reported, UnknownHostException.class)) {
      return FailureReason.UNKNOWN_HOST;
    }
    if (hasCause(reported, ConnectException.class)) {
      return FailureReason.CONNECTION_REFUSED;
    }
    if (reported instanceof SQLTimeoutException
        || hasCause(reported, SocketTimeoutException.class)) {
      return new FailureReason(FailureReason.NO_ANSWER.why(), null);
    }
    if (isConnection(this)) {
      return new FailureReason("the connection broke", null);
    }
    return new FailureReason(
        sql ? "the database reported an error" : "the data source or the driver failed", null);
  }

  private static String texts(Throwable reported) {
    return RedactedException.causes(reported)
        .map(cause -> String.valueOf(cause.getMessage()))
        .collect(Collectors.joining("\n"));
  }

  private static boolean hasCause(Throwable reported, Class<? extends Throwable> type) {
    return RedactedException.causes(reported).anyMatch(type::isInstance);
  }

  /** Tells whether the reason is known, apart from a timeout of the wait for a connection. */
  boolean isKnown() {
    return tls || linkage || !sql || getSQLState() != null || getErrorCode() != 0;
  }

  /** Tells whether the connection failed, and not the statement. */
  static boolean isConnection(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("08")
        || e instanceof SQLTimeoutException
        || Scheme.dialects().anyMatch(dialect -> dialect.isClosing(e));
  }

  /** Tells whether a server reported this, and not its driver. */
  boolean isAnswerOfServer() {
    return isAnswer(getSQLState(), getErrorCode());
  }

  private static boolean isAnswer(@Nullable String state, int code) {
    return Scheme.dialects().anyMatch(dialect -> dialect.isAnswer(state, code));
  }

  /**
   * Tells whether TLS failed: by Java's exceptions among the causes, and by words where the drivers
   * have no type.
   */
  private static boolean isTls(Throwable reported) {
    return RedactedException.causes(reported)
        .anyMatch(
            cause ->
                cause instanceof SSLException
                    || cause instanceof CertificateException
                    || (!isAccessDenied(cause)
                        && SSL.matcher(String.valueOf(cause.getMessage())).find()));
  }

  /** Tells whether the server refuses the user. PostgreSQL's text then says whether TLS is used. */
  private static boolean isAccessDenied(Throwable cause) {
    return cause instanceof SQLException sql && "28000".equals(sql.getSQLState());
  }

  /** Returns the SQLState, five characters by the standard. Any other text is the driver's. */
  private static @Nullable String state(Throwable reported) {
    SQLException told = told(reported);
    String state = told == null ? null : told.getSQLState();
    return state != null && STATE.matcher(state).matches() ? state : null;
  }

  private static int code(Throwable reported) {
    SQLException told = told(reported);
    return told == null ? 0 : told.getErrorCode();
  }

  /** Returns the server's error among the causes: a pool may wrap it without its code. */
  private static @Nullable SQLException told(Throwable reported) {
    return RedactedException.causes(reported)
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .filter(sql -> sql.getErrorCode() != 0 || isAnswer(sql.getSQLState(), sql.getErrorCode()))
        .findFirst()
        .orElse(reported instanceof SQLException sql ? sql : null);
  }

  private static String types(Throwable reported) {
    return reported instanceof SqlFailure
        ? String.valueOf(reported.getMessage())
        : RedactedException.types(reported);
  }
}
