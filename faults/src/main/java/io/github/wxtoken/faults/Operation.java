package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One operation as its caller saw it. Grants are fingerprints: a history ends up in files and
 * messages.
 *
 * @param process which process's
 * @param id which one of the process's
 * @param kind what was asked for
 * @param key the openid, or the name of the lease
 * @param expected the grant that a compare-and-set expects
 * @param grant the grant to be written, or that was read, null for none; or whose lease it is
 * @param atMost how long a lease lasts, in nanoseconds
 * @param invoked {@link System#nanoTime()} before the call
 * @param ended the same after it, {@link #NEVER} if the process died first
 * @param outcome what is known of it
 * @param done what a conditional write or a lease answered
 */
record Operation(
    String process,
    long id,
    Kind kind,
    String key,
    @Nullable String expected,
    @Nullable String grant,
    long atMost,
    long invoked,
    long ended,
    Outcome outcome,
    boolean done) {

  static final long NEVER = Long.MAX_VALUE;

  /** The operations of a store, and {@code CALL} for one of the client above it. */
  enum Kind {
    READ,
    SAVE,
    SAVE_IF_ABSENT,
    REPLACE,
    DELETE,
    LEASE,
    RELEASE,
    CALL
  }

  /** What is known of an operation's effect. */
  enum Outcome {
    /** It answered. */
    OK,
    /** It was refused and changed nothing. */
    FAILED,
    /** It failed or never ended: it may take effect at any time after it was invoked. */
    UNKNOWN
  }

  /** The same, ended with an answer. */
  Operation ok(@Nullable String grant, boolean done) {
    return new Operation(
        process, id, kind, key, expected, grant, atMost, invoked, now(), Outcome.OK, done);
  }

  /** The same, ended without one. */
  Operation ended(Outcome outcome) {
    return new Operation(
        process, id, kind, key, expected, grant, atMost, invoked, now(), outcome, false);
  }

  /** What was read, as if it had been saved at that moment. */
  Operation asSave() {
    return new Operation(
        process, id, Kind.SAVE, key, null, grant, 0, invoked, ended, Outcome.OK, true);
  }

  private static long now() {
    return System.nanoTime();
  }

  /** Whether it may have changed what is stored. */
  boolean mayHaveWritten() {
    return switch (kind) {
      case SAVE, SAVE_IF_ABSENT, REPLACE, DELETE ->
          outcome == Outcome.UNKNOWN || (outcome == Outcome.OK && done);
      default -> false;
    };
  }

  /** Whether it changed what is stored, and its caller was told so. */
  boolean isAcknowledgedWrite() {
    return outcome == Outcome.OK && mayHaveWritten();
  }

  /** Whether its caller got an exception, or died. */
  boolean hasFailed() {
    return outcome != Outcome.OK;
  }

  /** When its effect came at the latest. */
  long latestEffect() {
    return outcome == Outcome.UNKNOWN ? NEVER : ended;
  }

  /** What tells two grants apart without showing them. */
  static String fingerprint(OAuthToken token) {
    int secrets = Objects.hash(token.accessToken(), token.refreshToken(), token.sessionKey());
    return Integer.toHexString(secrets) + "@" + token.createAt();
  }

  /** One line, for another process. */
  String toLine() {
    return String.join(
        " ",
        process,
        Long.toString(id),
        kind.name(),
        key,
        orDash(expected),
        orDash(grant),
        Long.toString(atMost),
        Long.toString(invoked),
        Long.toString(ended),
        outcome.name(),
        Boolean.toString(done));
  }

  static Operation fromLine(String line) {
    String[] part = line.split(" ", -1);
    // The same few names are in very many lines.
    return new Operation(
        part[0].intern(),
        Long.parseLong(part[1]),
        Kind.valueOf(part[2]),
        part[3].intern(),
        orNull(part[4]),
        orNull(part[5]),
        Long.parseLong(part[6]),
        Long.parseLong(part[7]),
        Long.parseLong(part[8]),
        Outcome.valueOf(part[9]),
        Boolean.parseBoolean(part[10]));
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "-" : text;
  }

  private static @Nullable String orNull(String text) {
    return text.equals("-") ? null : text.intern();
  }
}
