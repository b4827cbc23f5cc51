package io.github.wxtoken.simulator;

/**
 * What WeChat does sometimes, did once, or is not known to do. Each is on or off in {@link
 * Behaviour}; all but the four whose comment begins with "On by default" start off.
 */
public enum Switch {
  /** JSON is labelled {@code application/json; encoding=utf-8} instead of {@code text/plain}. */
  JSON_CONTENT_TYPE(false),
  /** A wrong appid or secret is answered with 200 and an empty body (section 1, S19). */
  EMPTY_BODY_FOR_BAD_CREDENTIALS(false),
  /** Nicknames hold a raw, unescaped U+0014 (section 1, S18). */
  CONTROL_CHARACTERS_IN_NICKNAME(false),
  /** Nicknames hold a character outside the basic plane. */
  FOUR_BYTE_NICKNAME(false),
  /** {@code sex} is {@code "0"} instead of {@code 0} (section 6). */
  SEX_AS_STRING(false),
  /** On by default: slashes are written {@code \/} (section 1). */
  ESCAPED_SLASHES(true),
  /** On by default: the authorize link must have its parameters in WeChat's order (section 2). */
  STRICT_PARAMETER_ORDER(true),
  /** A port in redirect_uri gives 10003 on loopback hosts too, as documented (section 2). */
  REJECT_LOOPBACK_PORTS(false),
  /** On by default: an empty state comes back as {@code state=} [U] (section 2). */
  ECHO_EMPTY_STATE(true),
  /** An authorize link without a state gives page error 10013 (section 2). */
  STATE_REQUIRED(false),
  /** A state of other characters than a-zA-Z0-9, or longer than 128 bytes, is refused [U]. */
  STRICT_STATE(false),
  /** {@code forceSnapShot=true} is ignored, as users report now and then (section 2). */
  IGNORE_FORCE_SNAPSHOT(false),
  /** A refusal redirects with the state alone, as it did until about 2020 (section 3). */
  DENIAL_REDIRECTS(false),
  /** A failed exchange uses the code up (section 4). */
  CODE_BURNT_BY_FAILURE(false),
  /** An expired code gives 42003, as listed, instead of 40029, as seen (section 4). */
  EXPIRED_CODE_IS_42003(false),
  /** A used code gives 40029 instead of 40163 (section 4). */
  USED_CODE_IS_40029(false),
  /** On by default: a newer exchange kills the user's older pair of tokens (section 4). */
  EXCHANGE_SUPERSEDES(true),
  /**
   * After one consent to the profile, tokens of later snsapi_base logins read it too (section 4).
   */
  BASE_KEEPS_PROFILE(false),
  /** Exchanges of snsapi_base carry a unionid, as older ones did (section 4). */
  UNIONID_WITH_BASE(false),
  /** {@code scope} ends with a comma (section 4). */
  TRAILING_COMMA_IN_SCOPE(false),
  /** An unknown access token gives 40014 instead of 40001 (section 7). */
  UNKNOWN_TOKEN_IS_40014(false),
  /** Sessions carry {@code errcode: 0}, as before December 2019 (section 8). */
  SESSION_ERRCODE(false),
  /** Sessions carry {@code expires_in: 7200}, as an early version did (section 8). */
  SESSION_EXPIRES_IN(false),
  /** A wrong secret gives 40001 on the global token calls, as documented (section 9.1). */
  BAD_SECRET_IS_40001(false),
  /** Mini programs are not exempt from the IP allowlist (section 9.1). */
  MINI_PROGRAM_NEEDS_ALLOWLIST(false),
  /** After a forced call the old stable token works 300 s more, as inferred in section 9.2. */
  FORCED_TOKEN_OVERLAP(false);

  private final boolean initially;

  Switch(boolean initially) {
    this.initially = initially;
  }

  boolean initially() {
    return initially;
  }
}
