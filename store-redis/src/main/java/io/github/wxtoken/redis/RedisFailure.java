package io.github.wxtoken.redis;

import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports an exception of Lettuce or an error of the server without its text: servers quote
 * arguments ("unknown command …, with args beginning with: '…'"), and Lettuce quotes parts of URLs.
 * Types, stack traces and the server's error code remain.
 */
final class RedisFailure extends Exception {
  /** The form in which Lettuce shows an address that is not resolved yet. */
  private static final Pattern ADDRESS =
      Pattern.compile("^Unable to connect to \\[?([A-Za-z0-9._-]+)/<unresolved>:([0-9]{1,5})\\b");

  private static final Pattern CODE = Pattern.compile("[A-Z]{2,20}\\b");

  /** Redis's error codes. Any other word may be part of a command's arguments. */
  private static final Set<String> CODES =
      Set.of(
          """
          ASK BUSY BUSYGROUP BUSYKEY CLUSTERDOWN CROSSSLOT EXECABORT INPROG IOERR LOADING
          MASTERDOWN MISCONF MOVED NOADDR NOAUTH NOGOODSLAVE NOPERM NOPROTO NOREPLICAS NOSCRIPT
          NOTBUSY OOM READONLY TRYAGAIN UNBLOCKED UNKILLABLE WRONGPASS WRONGTYPE
          """
              .split("\\s+"));

  /** The form in which Redis before version 7 reports the error of a command in a script. */
  private static final Pattern CODE_IN_SCRIPT =
      Pattern.compile("ERR Error running script .{0,200}?: -([A-Z]{2,20})\\b", Pattern.DOTALL);

  /** Maximum number of exceptions to read: a chain may be long, or even a cycle. */
  private static final int MAX_EXCEPTIONS = 400;

  /** A placeholder for the server's name. */
  private static final String SERVER = "{server}";

  private final @Nullable String code;
  private final Outcome outcome;
  private final FailureReason reason;
  private final String at;

  /** The outcome of the command. */
  private enum Outcome {
    /** The server answered with an error. */
    REFUSED,
    /** There is no connection yet. */
    NOT_CONNECTED,
    /** The command did not leave this process. */
    NOT_SENT,
    /** The command did not leave this process, because too many others wait. */
    CROWDED,
    /** The outcome is unknown. */
    UNKNOWN,
    /** The outcome is not known yet. */
    NO_ANSWER,
    /** The caller did not wait for the answer. */
    INTERRUPTED
  }

  /** Reduces the reason why a command failed. */
  RedisFailure(Throwable reported) {
    this(reported, outcome(reported), null);
  }

  /**
   * Reduces the reason why a connection failed.
   *
   * @param tls whether TLS was requested; null if that is not known
   */
  RedisFailure(Throwable reported, @Nullable Boolean tls) {
    this(reported, isInterrupt(reported) ? Outcome.INTERRUPTED : Outcome.NOT_CONNECTED, tls);
  }

  private RedisFailure(Throwable reported, Outcome unlessRefused, @Nullable Boolean tls) {
    super(RedactedException.types(reported), RedactedException.of(reported));
    List<Throwable> causes = all(reported);
    this.code = code(causes);
    this.outcome = code == null ? unlessRefused : Outcome.REFUSED;
    this.reason = reason(causes, tls);
    this.at = at(causes);
  }

  private RedisFailure(String message, Outcome outcome) {
    super(message);
    this.code = null;
    this.outcome = outcome;
    this.reason = reason(List.of(), null);
    this.at = "";
  }

  /** Creates the failure of a command that got no permit in time. */
  static RedisFailure crowded() {
    return new RedisFailure("no permit in time", Outcome.CROWDED);
  }

  /**
   * Returns the address that Lettuce wanted to connect to.
   *
   * @return such as {@code " at db:6379"}; empty if Lettuce does not tell
   */
  String at() {
    return at;
  }

  /** Tells whether the store failed with this error code of the server, such as WRONGTYPE. */
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

  /** Tells whether a retry may get an answer. */
  boolean isConnection() {
    return outcome != Outcome.REFUSED && outcome != Outcome.INTERRUPTED;
  }

  /** Tells whether the command is known not to have reached the server. */
  boolean isNotSent() {
    return outcome == Outcome.NOT_SENT
        || outcome == Outcome.NOT_CONNECTED
        || outcome == Outcome.CROWDED;
  }

  /** Says in words what the outcome of the command is and, if known, what to do. */
  String describe() {
    return describe("Redis");
  }

  /**
   * Says the same in words that name the server.
   *
   * @param server such as {@code Redis at db:6379}
   */
  String describe(String server) {
    String details = code == null ? String.valueOf(getMessage()) : code;
    return reason.describe(details).replace(SERVER, server);
  }

  private FailureReason reason(List<Throwable> causes, @Nullable Boolean tls) {
    return switch (outcome) {
      case NOT_CONNECTED -> RedisReasons.ofConnecting(causes, tls);
      case NOT_SENT -> new FailureReason(SERVER + " is not connected", null);
      case CROWDED -> new FailureReason("too many calls wait for " + SERVER, null);
      case UNKNOWN -> new FailureReason("the connection to " + SERVER + " broke", null);
      case NO_ANSWER -> new FailureReason(SERVER + " did not answer in time", null);
      case INTERRUPTED -> new FailureReason("the calling thread was interrupted", null);
      case REFUSED -> RedisReasons.ofAnswer(String.valueOf(code), answer(causes));
    };
  }

  private static boolean isInterrupt(Throwable reported) {
    return RedactedException.causes(reported).anyMatch(InterruptedException.class::isInstance);
  }

  /**
   * Returns the outcome. Lettuce distinguishes some failures by their texts only. An unknown text
   * counts as an unknown outcome, which is safe.
   */
  private static Outcome outcome(Throwable e) {
    String text = String.valueOf(e.getMessage());
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

  /** Returns the server's answer; empty if there is none. */
  private static String answer(List<Throwable> causes) {
    return causes.stream()
        .filter(RedisCommandExecutionException.class::isInstance)
        .map(e -> String.valueOf(e.getMessage()))
        .findFirst()
        .orElse("");
  }

  private static String at(List<Throwable> causes) {
    return causes.stream()
        .map(e -> ADDRESS.matcher(String.valueOf(e.getMessage())))
        .filter(Matcher::find)
        .map(address -> " at " + address.group(1) + ":" + address.group(2))
        .findFirst()
        .orElse("");
  }

  /**
   * Returns the exception, its causes and those that Lettuce suppressed: one for each server of a
   * cluster, or each Sentinel.
   */
  private static List<Throwable> all(Throwable reported) {
    return RedactedException.causes(reported)
        .flatMap(e -> Stream.concat(Stream.of(e), Stream.of(e.getSuppressed())))
        .flatMap(RedactedException::causes)
        .limit(MAX_EXCEPTIONS)
        .toList();
  }
}
