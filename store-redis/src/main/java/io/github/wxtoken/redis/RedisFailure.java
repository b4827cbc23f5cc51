package io.github.wxtoken.redis;

import io.github.wxtoken.RedactedException;
import io.github.wxtoken.StoreOptions;
import io.github.wxtoken.TokenStoreException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What Lettuce or the server reported, without its text: servers quote arguments ("unknown command
 * …, with args beginning with: '…'"), Lettuce parts of URLs. Types, stack traces and the server's
 * error code are left.
 */
final class RedisFailure extends Exception {
  private static final Pattern CODE = Pattern.compile("[A-Z]{2,20}\\b");

  /** Those of Redis. A word that is none of them may be of what the server was sent. */
  private static final Set<String> CODES =
      Set.of(
          "ASK",
          "BUSY",
          "BUSYGROUP",
          "BUSYKEY",
          "CLUSTERDOWN",
          "CROSSSLOT",
          "EXECABORT",
          "INPROG",
          "IOERR",
          "LOADING",
          "MASTERDOWN",
          "MISCONF",
          "MOVED",
          "NOADDR",
          "NOAUTH",
          "NOGOODSLAVE",
          "NOPERM",
          "NOPROTO",
          "NOREPLICAS",
          "NOSCRIPT",
          "NOTBUSY",
          "OOM",
          "READONLY",
          "TRYAGAIN",
          "UNBLOCKED",
          "UNKILLABLE",
          "WRONGPASS",
          "WRONGTYPE");

  /** How Redis before version 7 passes on what a command in a script was refused with. */
  private static final Pattern CODE_IN_SCRIPT =
      Pattern.compile("ERR Error running script .{0,200}?: -([A-Z]{2,20})\\b", Pattern.DOTALL);

  /** Causes that are looked at: a chain may be long, or even a ring. */
  private static final int MAX_CAUSES = 20;

  private static final int NAMED_CAUSES = 5;

  private final @Nullable String code;
  private final Outcome outcome;

  /** What became of the command. */
  private enum Outcome {
    /** The server answered with an error. */
    REFUSED,
    /** There is no connection, for TLS failed. */
    NO_TLS,
    /** It did not leave this process. */
    NOT_SENT,
    /** The like, because too many others wait. */
    CROWDED,
    /** Nobody knows. */
    UNKNOWN,
    /** Nobody knows yet. */
    NO_ANSWER,
    /** Nobody waited for the answer. */
    INTERRUPTED
  }

  RedisFailure(Throwable reported) {
    super(types(reported), RedactedException.of(reported));
    this.code = code(reported);
    this.outcome = code == null ? outcome(reported) : Outcome.REFUSED;
  }

  private RedisFailure(String message, Outcome outcome) {
    super(message);
    this.code = null;
    this.outcome = outcome;
  }

  /** For a command whose turn did not come in time. */
  static RedisFailure crowded() {
    return new RedisFailure("no turn in time", Outcome.CROWDED);
  }

  /** Tells whether this is why the store failed: the server's error code, such as WRONGTYPE. */
  static boolean hasCode(TokenStoreException e, String code) {
    return e.getCause() instanceof RedisFailure failure && failure.hasCode(code);
  }

  /** Tells whether the store failed because the server answered with an error. */
  static boolean isRefusal(TokenStoreException e) {
    return e.getCause() instanceof RedisFailure failure && failure.outcome == Outcome.REFUSED;
  }

  /** Tells whether the server answered with this error code. */
  boolean hasCode(String code) {
    return code.equals(this.code);
  }

  /** Tells whether another try may have an answer. */
  boolean isConnection() {
    return outcome != Outcome.REFUSED && outcome != Outcome.INTERRUPTED;
  }

  /** Tells whether the command is known not to have reached the server. */
  boolean isNotSent() {
    return outcome == Outcome.NOT_SENT || outcome == Outcome.NO_TLS || outcome == Outcome.CROWDED;
  }

  String describe() {
    return meaning() + " (" + getMessage() + (code == null ? "" : ", code " + code) + ")";
  }

  private String meaning() {
    return switch (outcome) {
      case NO_TLS -> StoreOptions.NO_TLS;
      case NOT_SENT -> "Redis is not connected";
      case CROWDED -> "too many calls wait for Redis";
      case UNKNOWN -> "the connection to Redis broke";
      case NO_ANSWER -> "Redis did not answer in time";
      case INTERRUPTED -> "the calling thread was interrupted";
      case REFUSED -> refusal(String.valueOf(code));
    };
  }

  private static String refusal(String code) {
    return switch (code) {
      case "WRONGPASS", "NOAUTH" -> "Redis refuses the user or the password";
      case "NOPERM" -> "the Redis user has no right to that command or key";
      case "READONLY" -> "the server is a replica, which takes no writes";
      case "LOADING" -> "Redis is still loading its data";
      case "OOM" -> "Redis has no memory left";
      case "MISCONF" -> "Redis takes no writes while it cannot save to its disk";
      case "NOREPLICAS" -> "too few replicas are connected for a write";
      case "BUSY" -> "Redis is busy with a script";
      case "CLUSTERDOWN", "MASTERDOWN" -> "a part of the Redis cluster is down";
      default -> "Redis reported an error";
    };
  }

  private static boolean isInterrupt(Throwable reported) {
    return causes(reported).anyMatch(InterruptedException.class::isInstance);
  }

  /** Lettuce tells some apart by their texts only. A text that we do not know is the safe side. */
  private static Outcome outcome(Throwable e) {
    String text = String.valueOf(e.getMessage());
    if (isTls(e)) {
      return Outcome.NO_TLS;
    }
    if (isInterrupt(e)) {
      return Outcome.INTERRUPTED;
    }
    if (e instanceof RedisConnectionException || text.startsWith("Currently not connected")) {
      return Outcome.NOT_SENT;
    }
    if (text.contains("size exceeded")) {
      return Outcome.CROWDED;
    }
    if (e instanceof TimeoutException || e instanceof RedisCommandTimeoutException) {
      return Outcome.NO_ANSWER;
    }
    return Outcome.UNKNOWN;
  }

  /** Only connecting fails so: what breaks later is no handshake. */
  private static boolean isTls(Throwable reported) {
    if (!(reported instanceof RedisConnectionException)) {
      return false;
    }
    return causes(reported)
        .anyMatch(e -> e instanceof SSLException || e instanceof CertificateException);
  }

  private static @Nullable String code(Throwable reported) {
    List<String> answers =
        causes(reported)
            .filter(RedisCommandExecutionException.class::isInstance)
            .map(e -> String.valueOf(e.getMessage()))
            .toList();
    if (answers.isEmpty()) {
      return null;
    }
    Matcher inScript = CODE_IN_SCRIPT.matcher(answers.get(0));
    Matcher code = CODE.matcher(answers.get(0));
    String said = inScript.lookingAt() ? inScript.group(1) : code.lookingAt() ? code.group() : "";
    return CODES.contains(said) ? said : "ERR";
  }

  private static String types(Throwable reported) {
    return causes(reported)
        .limit(NAMED_CAUSES)
        .map(e -> e.getClass().getSimpleName())
        .collect(Collectors.joining(" < "));
  }

  private static Stream<Throwable> causes(Throwable reported) {
    return Stream.<Throwable>iterate(reported, e -> e != null, Throwable::getCause)
        .limit(MAX_CAUSES);
  }
}
