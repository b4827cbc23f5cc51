package io.github.wxtoken.redis;

import io.github.wxtoken.RedactedException;
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

  /** Stands for the server in words that name it. */
  private static final String SERVER = "{server}";

  private static final int NAMED_CAUSES = 5;

  private final @Nullable String code;
  private final Outcome outcome;
  private final RedisError error;

  /** What became of the command. */
  private enum Outcome {
    /** The server answered with an error. */
    REFUSED,
    /** There is no connection, for TLS failed. */
    NO_TLS,
    /** There is no connection yet. */
    NOT_CONNECTED,
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
    List<Throwable> causes = all(reported);
    this.code = code(causes);
    this.outcome = code == null ? outcome(reported) : Outcome.REFUSED;
    this.error = explain(causes, null);
  }

  /**
   * Reduces why a connection was not made.
   *
   * @param tls whether TLS was asked for; null if that is not known
   */
  RedisFailure(Throwable reported, @Nullable Boolean tls) {
    super(types(reported), RedactedException.of(reported));
    List<Throwable> causes = all(reported);
    Outcome outcome = outcome(reported);
    this.code = code(causes);
    if (code != null) {
      this.outcome = Outcome.REFUSED;
    } else if (outcome == Outcome.INTERRUPTED || outcome == Outcome.NO_TLS) {
      this.outcome = outcome;
    } else {
      this.outcome = Outcome.NOT_CONNECTED;
    }
    this.error = explain(causes, tls);
  }

  private RedisFailure(String message, Outcome outcome) {
    super(message);
    this.code = null;
    this.outcome = outcome;
    this.error = explain(List.of(), null);
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
    return outcome == Outcome.NOT_SENT
        || outcome == Outcome.NOT_CONNECTED
        || outcome == Outcome.NO_TLS
        || outcome == Outcome.CROWDED;
  }

  /** Says in words what became of the command and, where that is known, what to do. */
  String describe() {
    return describe("Redis");
  }

  /**
   * Says it in words that name the server.
   *
   * @param server such as {@code Redis at db:6379}
   */
  String describe(String server) {
    return error.why().replace(SERVER, server)
        + " ("
        + (code == null ? getMessage() : code)
        + ")"
        + (error.remedy() == null ? "" : ". " + error.remedy());
  }

  private RedisError explain(List<Throwable> causes, @Nullable Boolean tls) {
    return switch (outcome) {
      case NO_TLS, NOT_CONNECTED -> RedisError.ofConnecting(causes, tls);
      case NOT_SENT -> new RedisError(SERVER + " is not connected", null);
      case CROWDED -> new RedisError("too many calls wait for " + SERVER, null);
      case UNKNOWN -> new RedisError("the connection to " + SERVER + " broke", null);
      case NO_ANSWER -> new RedisError(SERVER + " did not answer in time", null);
      case INTERRUPTED -> new RedisError("the calling thread was interrupted", null);
      case REFUSED -> RedisError.ofAnswer(String.valueOf(code), answer(causes));
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
    if (e instanceof RedisConnectionException) {
      return Outcome.NOT_CONNECTED;
    }
    if (text.startsWith("Currently not connected")) {
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

  private static @Nullable String code(List<Throwable> causes) {
    String answer = answer(causes);
    if (answer.isEmpty()) {
      return null;
    }
    Matcher inScript = CODE_IN_SCRIPT.matcher(answer);
    Matcher code = CODE.matcher(answer);
    String said = inScript.lookingAt() ? inScript.group(1) : code.lookingAt() ? code.group() : "";
    return CODES.contains(said) ? said : "ERR";
  }

  /** Returns what the server answered; empty if it did not. */
  private static String answer(List<Throwable> causes) {
    return causes.stream()
        .filter(RedisCommandExecutionException.class::isInstance)
        .map(e -> String.valueOf(e.getMessage()))
        .findFirst()
        .orElse("");
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

  /** Also what Lettuce suppressed: what each server of a cluster or each Sentinel said. */
  private static List<Throwable> all(Throwable reported) {
    return causes(reported)
        .flatMap(e -> Stream.concat(Stream.of(e), Stream.of(e.getSuppressed()).limit(MAX_CAUSES)))
        .flatMap(RedisFailure::causes)
        .limit(MAX_CAUSES * MAX_CAUSES)
        .toList();
  }
}
