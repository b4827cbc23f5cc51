package io.github.wxtoken.simulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with a call. Immutable; {@link Faults} says where it strikes.
 *
 * @param kind what goes wrong
 * @param code the HTTP status or errcode, where the kind has one
 * @param duration the delay in real time or the skew, where the kind has one
 * @param timing whether WeChat has done its work when it strikes
 * @param times how many calls it strikes, 0 for all until it is cleared
 * @param openid the only user whose calls it strikes, null for all
 */
public record Fault(
    Kind kind, int code, Duration duration, Timing timing, int times, @Nullable String openid) {

  /** The kind of a fault. */
  public enum Kind {
    /** The answer is delayed, in real time. The call is processed in any case. */
    SLOW,
    /** The client never gets an answer; the connection stays open. */
    HANG_IN_HEADERS,
    /** The headers and half of the body come, then nothing; the connection stays open. */
    HANG_IN_BODY,
    /** An HTTP error with an HTML page, as a proxy makes it. */
    HTTP_ERROR,
    /** An HTTP error with a JSON object that has no errcode. */
    HTTP_ERROR_JSON,
    /** An errcode of WeChat, with HTTP 200. */
    ERRCODE,
    /** The connection closes in the middle of the body. */
    TRUNCATED,
    /** HTTP 200 without a body. */
    EMPTY_BODY,
    /** HTTP 200 with an HTML page. */
    HTML,
    /** HTTP 200 with the JSON value null. */
    JSON_NULL,
    /** HTTP 200 with a JSON array. */
    JSON_ARRAY,
    /** HTTP 200 with 10 MB of JSON. */
    HUGE_BODY,
    /** The connection closes without an answer. */
    CLOSED,
    /** The {@code Date} header is wrong. The call is processed in any case. */
    DATE_SKEW,
    /** The UTF-8 body is labelled ISO-8859-1. The call is processed in any case. */
    WRONG_CHARSET;

    /** These change only how the true answer travels, so there must be one. */
    boolean keepsAnswer() {
      return this == SLOW || this == DATE_SKEW || this == WRONG_CHARSET;
    }
  }

  /**
   * Refuses negative counts.
   *
   * @param kind what goes wrong
   * @param code the HTTP status or errcode
   * @param duration the delay or the skew
   * @param timing before or after processing
   * @param times how many calls it strikes, 0 for all
   * @param openid the only user whose calls it strikes, null for all
   */
  public Fault {
    if (times < 0) {
      throw new IllegalArgumentException("times must not be negative: " + times);
    }
  }

  private static Fault of(Kind kind, int code, Duration duration) {
    return new Fault(kind, code, duration, Timing.BEFORE_PROCESSING, 0, null);
  }

  /**
   * Makes a fault that needs neither code nor duration; it strikes every call, before processing.
   *
   * @param kind what goes wrong
   * @return the fault
   */
  public static Fault of(Kind kind) {
    return of(kind, kind == Kind.ERRCODE ? -1 : 502, Duration.ZERO);
  }

  /**
   * Makes an answer slow.
   *
   * @param delay in real time
   * @return the fault
   */
  public static Fault slow(Duration delay) {
    return of(Kind.SLOW, 0, delay);
  }

  /**
   * An HTTP error with an HTML page.
   *
   * @param status such as 502
   * @return the fault
   */
  public static Fault httpError(int status) {
    return of(Kind.HTTP_ERROR, status, Duration.ZERO);
  }

  /**
   * An HTTP error with a JSON object.
   *
   * @param status such as 503
   * @return the fault
   */
  public static Fault httpErrorJson(int status) {
    return of(Kind.HTTP_ERROR_JSON, status, Duration.ZERO);
  }

  /**
   * Makes an answer an errcode.
   *
   * @param errcode such as -1, 45009 or 45011
   * @return the fault
   */
  public static Fault errcode(int errcode) {
    return of(Kind.ERRCODE, errcode, Duration.ZERO);
  }

  /**
   * A wrong {@code Date} header.
   *
   * @param skew what is added to the simulator's time
   * @return the fault
   */
  public static Fault dateSkew(Duration skew) {
    return of(Kind.DATE_SKEW, 0, skew);
  }

  /**
   * Returns the same fault for the next calls only.
   *
   * @param calls how many, 0 for all
   * @return the changed copy
   */
  public Fault times(int calls) {
    return new Fault(kind, code, duration, timing, calls, openid);
  }

  /**
   * Returns the same fault for calls about one user only: those with the openid, or with a code or
   * refresh token of that user.
   *
   * @param only the openid
   * @return the changed copy
   */
  public Fault forOpenid(String only) {
    return new Fault(kind, code, duration, timing, times, only);
  }

  /**
   * Returns the same fault after processing: WeChat has done its work, and the answer is lost.
   *
   * @return the changed copy
   */
  public Fault afterProcessing() {
    return new Fault(kind, code, duration, Timing.AFTER_PROCESSING, times, openid);
  }
}
