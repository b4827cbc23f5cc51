package io.github.wxtoken.simulator;

/**
 * Behaviours that WeChat shows sometimes, showed in the past, or is not known to show. Each is on
 * or off in {@link Behaviour}; all but the four whose comment begins with "On by default" start
 * off.
 */
public enum Switch {
  /** JSON is labelled {@code application/json; encoding=utf-8} instead of {@code text/plain}. */
  JSON_CONTENT_TYPE(false),
  /**
   * A wrong appid or secret is answered with 200 and an empty body
   * (docs/wechat-protocol.md#http-and-json).
   */
  EMPTY_BODY_FOR_BAD_CREDENTIALS(false),
  /** Nicknames hold a raw, unescaped U+0014 (docs/wechat-protocol.md#http-and-json). */
  CONTROL_CHARACTERS_IN_NICKNAME(false),
  /** Nicknames hold a character outside the basic plane. */
  FOUR_BYTE_NICKNAME(false),
  /** {@code sex} is {@code "0"} instead of {@code 0} (docs/wechat-protocol.md#user-profile). */
  SEX_AS_STRING(false),
  /** On by default: slashes are written {@code \/} (docs/wechat-protocol.md#http-and-json). */
  ESCAPED_SLASHES(true),
  /**
   * On by default: the authorize link must have its parameters in WeChat's order
   * (docs/wechat-protocol.md#authorize-page).
   */
  STRICT_PARAMETER_ORDER(true),
  /**
   * A port in redirect_uri gives 10003 on loopback hosts too, as documented
   * (docs/wechat-protocol.md#authorize-page).
   */
  REJECT_LOOPBACK_PORTS(false),
  /**
   * On by default: an empty state comes back as {@code state=} [U]
   * (docs/wechat-protocol.md#authorize-page).
   */
  ECHO_EMPTY_STATE(true),
  /**
   * An authorize link without a state gives page error 10013 (docs/wechat-protocol.md#page-errors).
   */
  STATE_REQUIRED(false),
  /** A state of other characters than a-zA-Z0-9, or longer than 128 bytes, is refused [U]. */
  STRICT_STATE(false),
  /**
   * {@code forceSnapShot=true} is ignored, as users report now and then
   * (docs/wechat-protocol.md#authorize-page).
   */
  IGNORE_FORCE_SNAPSHOT(false),
  /**
   * A refusal redirects with the state alone, as it did until about 2020
   * (docs/wechat-protocol.md#consent).
   */
  DENIAL_REDIRECTS(false),
  /** A failed exchange uses the code up (docs/wechat-protocol.md#code-exchange). */
  CODE_BURNT_BY_FAILURE(false),
  /**
   * An expired code gives 42003, as listed, instead of 40029, as seen
   * (docs/wechat-protocol.md#code-exchange).
   */
  EXPIRED_CODE_IS_42003(false),
  /** A used code gives 40029 instead of 40163 (docs/wechat-protocol.md#code-exchange). */
  USED_CODE_IS_40029(false),
  /**
   * On by default: a newer exchange kills the user's older pair of tokens
   * (docs/wechat-protocol.md#later-sign-ins).
   */
  EXCHANGE_SUPERSEDES(true),
  /**
   * After one consent to the profile, tokens of later snsapi_base logins read it too
   * (docs/wechat-protocol.md#later-sign-ins).
   */
  BASE_KEEPS_PROFILE(false),
  /**
   * Exchanges of snsapi_base carry a unionid, as older ones did
   * (docs/wechat-protocol.md#code-exchange).
   */
  UNIONID_WITH_BASE(false),
  /** {@code scope} ends with a comma (docs/wechat-protocol.md#code-exchange). */
  TRAILING_COMMA_IN_SCOPE(false),
  /** An unknown access token gives 40014 instead of 40001 (docs/wechat-protocol.md#token-check). */
  UNKNOWN_TOKEN_IS_40014(false),
  /**
   * Sessions carry {@code errcode: 0}, as before December 2019
   * (docs/wechat-protocol.md#mini-program-session).
   */
  SESSION_ERRCODE(false),
  /**
   * Sessions carry {@code expires_in: 7200}, as an early version did
   * (docs/wechat-protocol.md#mini-program-session).
   */
  SESSION_EXPIRES_IN(false),
  /**
   * A wrong secret gives 40001 on the global token calls, as documented
   * (docs/wechat-protocol.md#app-token).
   */
  BAD_SECRET_IS_40001(false),
  /** Mini programs are not exempt from the IP allowlist (docs/wechat-protocol.md#app-token). */
  MINI_PROGRAM_NEEDS_ALLOWLIST(false),
  /**
   * After a forced call the old stable token works 300 s more, as
   * docs/wechat-protocol.md#stable-token infers.
   */
  FORCED_TOKEN_OVERLAP(false),
  /**
   * A ticket that is repeated comes with the life of a new one, instead of the rest of its own
   * (docs/wechat-protocol.md#tickets).
   */
  FULL_LIFE_WITH_REPEATED_TICKET(false),
  /** In the last 300 s of a ticket the next one is issued (docs/wechat-protocol.md#tickets). */
  NEW_TICKET_AHEAD(false),
  /**
   * {@code countryCode} is {@code 86} instead of {@code "86"}
   * (docs/wechat-protocol.md#phone-number).
   */
  NUMERIC_COUNTRY_CODE(false);

  private final boolean initially;

  Switch(boolean initially) {
    this.initially = initially;
  }

  boolean initially() {
    return initially;
  }
}
