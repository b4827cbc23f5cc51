package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Configures this WeChat's behaviour: switches and settings with a value. Thread-safe; a change
 * takes effect at once.
 */
public final class Behaviour {
  private final Set<Switch> on =
      Collections.synchronizedSet(
          Stream.of(Switch.values())
              .filter(Switch::initially)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(Switch.class))));
  private volatile Consent consent = Consent.PAGE;
  private volatile Duplicate duplicate = Duplicate.NONE;
  private volatile ErrmsgSuffix errmsgSuffix = ErrmsgSuffix.RID_WITH_COMMA;
  private volatile Duration callbackDelay = Duration.ZERO;
  private volatile Duration sessionKeyLife = Duration.ofDays(3);
  private volatile int expiresIn = 7200;
  private volatile int pageError;

  Behaviour() {}

  /**
   * Turns a switch on or off.
   *
   * @param which the switch
   * @param value on or off
   * @return this
   */
  public Behaviour set(Switch which, boolean value) {
    if (value) {
      on.add(which);
    } else {
      on.remove(which);
    }
    return this;
  }

  /**
   * Tells whether a switch is on.
   *
   * @param which the switch
   * @return whether it is on
   */
  public boolean isOn(Switch which) {
    return on.contains(which);
  }

  /**
   * Returns the result of authorizations that need consent.
   *
   * @return {@link Consent#PAGE} at first
   */
  public Consent consent() {
    return consent;
  }

  /**
   * Sets the result of authorizations that need consent.
   *
   * @param value the new mode
   * @return this
   */
  public Behaviour consent(Consent value) {
    consent = value;
    return this;
  }

  /**
   * Returns whether callbacks come twice.
   *
   * @return {@link Duplicate#NONE} at first
   */
  public Duplicate duplicate() {
    return duplicate;
  }

  /**
   * Makes callbacks come twice, or once.
   *
   * @param value the new mode
   * @return this
   */
  public Behaviour duplicate(Duplicate value) {
    duplicate = value;
    return this;
  }

  /**
   * Returns the suffix of errmsg.
   *
   * @return {@link ErrmsgSuffix#RID_WITH_COMMA} at first
   */
  public ErrmsgSuffix errmsgSuffix() {
    return errmsgSuffix;
  }

  /**
   * Changes the suffix of errmsg.
   *
   * @param value the new form
   * @return this
   */
  public Behaviour errmsgSuffix(ErrmsgSuffix value) {
    errmsgSuffix = value;
    return this;
  }

  /**
   * Returns the age of a code when the callback carries it.
   *
   * @return zero at first
   */
  public Duration callbackDelay() {
    return callbackDelay;
  }

  /**
   * Makes callbacks late: their code was issued this long ago, by the simulator's clock. No thread
   * waits; for a real delay use {@link Fault#slow}.
   *
   * @param value at least the code's life (300 s or 600 s) makes it arrive expired
   * @return this
   */
  public Behaviour callbackDelay(Duration value) {
    callbackDelay = value;
    return this;
  }

  /**
   * Returns the lifetime of a session key after its last use [U]
   * (docs/wechat-protocol.md#mini-program-session).
   *
   * @return three days at first
   */
  public Duration sessionKeyLife() {
    return sessionKeyLife;
  }

  /**
   * Changes the lifetime of a session key after its last use.
   *
   * @param value the life of keys old and new
   * @return this
   */
  public Behaviour sessionKeyLife(Duration value) {
    sessionKeyLife = value;
    return this;
  }

  /**
   * Returns the lifetime of user tokens, global tokens and tickets.
   *
   * @return seconds, 7200 at first
   */
  public int expiresIn() {
    return expiresIn;
  }

  /**
   * Changes the lifetime of tokens and tickets issued or renewed from now on.
   *
   * @param seconds more than 0
   * @return this
   */
  public Behaviour expiresIn(int seconds) {
    if (seconds <= 0) {
      throw new IllegalArgumentException("expiresIn must be positive: " + seconds);
    }
    expiresIn = seconds;
    return this;
  }

  /**
   * Returns the error that every authorize page shows.
   *
   * @return the code, 0 for none
   */
  public int pageError() {
    return pageError;
  }

  /**
   * Makes every authorize page an error page, for errors that have no cause in the simulator, such
   * as 10004 (banned), 10006 (follow first), 10009 (too frequent) and 10015
   * (docs/wechat-protocol.md#page-errors).
   *
   * @param code the code, 0 for none
   * @return this
   */
  public Behaviour pageError(int code) {
    pageError = code;
    return this;
  }

  String suffixed(String errmsg) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return errmsg
        + String.format(
            Locale.ROOT,
            errmsgSuffix.format(),
            random.nextInt(),
            random.nextInt(),
            random.nextInt());
  }
}
