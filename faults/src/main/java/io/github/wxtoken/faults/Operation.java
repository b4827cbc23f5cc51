package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One operation from its caller's view. Grants are fingerprints, because a history appears in files
 * and messages.
 *
 * @param process the process
 * @param id the number within the process
 * @param kind the kind of operation
 * @param key the openid, or the name of the lease
 * @param expected the grant that a compare-and-set expects
 * @param grant the grant that is written or was read, null for none; for a lease, its holder
 * @param atMost the duration of a lease, in nanoseconds
 * @param invoked {@link System#nanoTime()} before the call
 * @param ended the same after it, {@link #NEVER} if the process died first
 * @param outcome the known outcome
 * @param done the answer of a conditional write or a lease
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

  /** The known outcome of an operation. */
  enum Outcome {
    /** It answered. */
    OK,
    /** It was refused and changed nothing. */
    FAILED,
    /** It failed or never ended: it may take effect at any time after it was invoked. */
    UNKNOWN
  }

  /** Returns the same operation, ended with an answer. */
  Operation ok(@Nullable String grant, boolean done) {
    return new Operation(
        process, id, kind, key, expected, grant, atMost, invoked, now(), Outcome.OK, done);
  }

  /** Returns the same operation, ended without an answer. */
  Operation ended(Outcome outcome) {
    return new Operation(
        process, id, kind, key, expected, grant, atMost, invoked, now(), outcome, false);
  }

  /** Returns the read value as if it had been saved at that moment. */
  Operation asSave() {
    return new Operation(
        process, id, Kind.SAVE, key, null, grant, 0, invoked, ended, Outcome.OK, true);
  }

  private static long now() {
    return System.nanoTime();
  }

  /** Tells whether it may have changed the record. */
  boolean mayHaveWritten() {
    return switch (kind) {
      case SAVE, SAVE_IF_ABSENT, REPLACE, DELETE ->
          outcome == Outcome.UNKNOWN || (outcome == Outcome.OK && done);
      default -> false;
    };
  }

  /** Tells whether it changed the record, and its caller received the acknowledgement. */
  boolean isAcknowledgedWrite() {
    return outcome == Outcome.OK && mayHaveWritten();
  }

  /** Tells whether its caller got an exception, or died. */
  boolean hasFailed() {
    return outcome != Outcome.OK;
  }

  /** Returns the latest time of its effect. */
  long latestEffect() {
    return outcome == Outcome.UNKNOWN ? NEVER : ended;
  }

  /** Returns a text that distinguishes two grants without showing them. */
  static String fingerprint(OAuthToken token) {
    int secrets = Objects.hash(token.accessToken(), token.refreshToken(), token.sessionKey());
    return Integer.toHexString(secrets) + "@" + token.createAt();
  }

  /** Returns one line, for another process. */
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
    // Interned: the same few names are in very many lines.
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
