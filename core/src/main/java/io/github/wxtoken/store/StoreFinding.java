package io.github.wxtoken.store;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a store found when it looked at itself and its backend for {@link
 * TokenStore#diagnose}. It holds no secret.
 *
 * @param severity how serious it is
 * @param what what was found, as a sentence without a full stop, such as {@code the table token has
 *     no column unionid, so unionids are dropped}
 * @param remedy a statement or a command that fixes it, ready to paste; null if nothing need be
 *     done, or nothing is known
 */
public record StoreFinding(Severity severity, String what, @Nullable String remedy) {

  /** How serious a finding is. */
  public enum Severity {
    /** As it should be. */
    OK,
    /** The store works, and may lose tokens or fail later. */
    WARNING,
    /** The store does not work. */
    BROKEN
  }

  /**
   * Returns a finding that needs no action.
   *
   * @param what what was found
   * @return the finding
   */
  public static StoreFinding ok(String what) {
    return new StoreFinding(Severity.OK, what, null);
  }

  /**
   * Returns a finding of a store that works.
   *
   * @param what what was found
   * @param remedy what fixes it; null if that is not known
   * @return the finding
   */
  public static StoreFinding warning(String what, @Nullable String remedy) {
    return new StoreFinding(Severity.WARNING, what, remedy);
  }

  /**
   * Returns a finding of a store that does not work.
   *
   * @param what what was found
   * @param remedy what fixes it; null if that is not known
   * @return the finding
   */
  public static StoreFinding broken(String what, @Nullable String remedy) {
    return new StoreFinding(Severity.BROKEN, what, remedy);
  }

  /**
   * Compares the backend's clock with this machine's.
   *
   * @param backend the backend's time, in milliseconds since 1970-01-01T00:00Z
   * @param before this machine's time before it was asked
   * @param after this machine's time after it answered
   * @return a warning if they differ by more than a second, in addition to the time of the answer
   */
  public static StoreFinding clock(long backend, long before, long after) {
    long ahead = backend > after ? backend - after : Math.min(0, backend - before);
    if (Math.abs(ahead) <= 1_000) {
      return ok("the clocks of the store and of this machine agree");
    }
    return warning(
        "the store's clock is "
            + Math.abs(ahead)
            + " ms "
            + (ahead > 0 ? "ahead of" : "behind")
            + " this machine's",
        "run NTP on both: timedatectl set-ntp true");
  }
}
