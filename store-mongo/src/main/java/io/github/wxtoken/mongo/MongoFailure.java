package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;

/**
 * Describes a driver's exception in our own words. Its own text quotes values ("dup key: { openid:
 * … }"), the server's whole answer, and hosts. Types, code and stack trace remain.
 */
final class MongoFailure {
  private MongoFailure() {}

  /** Creates the exception that says in words what failed and why. */
  static TokenStoreException of(String what, RuntimeException reported) {
    if (reported instanceof MongoInterruptedException) {
      Thread.currentThread().interrupt();
    }
    MongoError error = MongoError.of(reported);
    int code = code(reported);
    String message =
        "cannot "
            + what
            + ": "
            + error.why()
            + (code > 0 ? " (code " + code + ")" : " (" + types(reported) + ")")
            + (error.remedy() == null ? "" : ". " + error.remedy());
    return new TokenStoreException(message, RedactedException.of(reported));
  }

  private static int code(RuntimeException e) {
    Throwable cause = e.getCause();
    return e instanceof MongoSecurityException && cause instanceof MongoException refusal
        ? refusal.getCode()
        : e instanceof MongoException mongo ? mongo.getCode() : 0;
  }

  private static String types(Throwable reported) {
    StringBuilder types = new StringBuilder(reported.getClass().getSimpleName());
    Throwable cause = reported.getCause();
    for (int depth = 0; cause != null && depth < 4; depth++, cause = cause.getCause()) {
      types.append(" < ").append(cause.getClass().getSimpleName());
    }
    return types.toString();
  }
}
