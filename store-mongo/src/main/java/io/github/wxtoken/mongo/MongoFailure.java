package io.github.wxtoken.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import io.github.wxtoken.RedactedException;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStoreException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Puts what the driver reported into words of ours. Its own text quotes values ("dup key: { openid:
 * … }"), the server's whole answer, and hosts. Types, code and stack trace are left.
 */
final class MongoFailure {
  private static final Pattern TLS =
      Pattern.compile("\\{(javax\\.net\\.ssl\\.SSL|java\\.security\\.cert\\.)[A-Za-z]+Exception");

  private MongoFailure() {}

  /** Says in words what could not be done and why. */
  static TokenStoreException of(String what, RuntimeException reported) {
    if (reported instanceof MongoInterruptedException) {
      Thread.currentThread().interrupt();
    }
    String message =
        String.format(
            Locale.ROOT,
            "cannot %s: %s (%s, code %d)",
            what,
            meaning(reported),
            types(reported),
            code(reported));
    return new TokenStoreException(message, RedactedException.of(reported));
  }

  private static String meaning(RuntimeException reported) {
    if (reported instanceof MongoInterruptedException) {
      return "interrupted";
    }
    if (isTls(reported)) {
      return StoreOptions.NO_TLS;
    }
    if (reported instanceof MongoSecurityException) {
      return "the database refuses the user or the password";
    }
    if (reported instanceof MongoWriteConcernException) {
      return "it was written, but a majority did not confirm it, so it may be undone";
    }
    if (reported instanceof MongoException mongo && Database.isNotPrimary(mongo)) {
      return "the server that answers is not the primary of the replica set at the moment";
    }
    if (reported instanceof MongoOperationTimeoutException
        || reported instanceof MongoTimeoutException) {
      return "the database did not answer in time";
    }
    if (reported instanceof MongoSocketException) {
      return "the database cannot be reached, or the connection broke";
    }
    return switch (code(reported)) {
      case 13 -> "the database user has no right to do that";
      case 18 -> "the database refuses the user or the password";
      case 121 -> "the validator of the collection refuses the document";
      case Schema.DUPLICATE_KEY ->
          "a unique index other than the one on openid refuses the document; drop it, since two"
              + " users may have the same value or none";
      default -> "the database or its driver reported an error";
    };
  }

  /**
   * The driver goes on trying and reports that its time is over; what it met shows in its text
   * alone, by the names of exceptions.
   */
  private static boolean isTls(RuntimeException reported) {
    return reported instanceof MongoTimeoutException
        && TLS.matcher(String.valueOf(reported.getMessage())).find();
  }

  private static int code(RuntimeException e) {
    return e instanceof MongoException mongo ? mongo.getCode() : 0;
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
