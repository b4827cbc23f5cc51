package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the user must authorize again: redirect to {@link
 * WeChatOAuth#getAuthorizeURL(String, String, Scope)}. If WeChat refused the grant, the cause is
 * its {@link WeChatApiException}.
 *
 * <p>Redirect with the {@link #requiredScope()} if there is one: with the scope of the last time,
 * the same exception would follow.
 */
public class ReauthorizationRequiredException extends WeChatOAuthException {
  private final transient @Nullable Scope requiredScope;

  /** The user, if known. */
  private final @Nullable String openid;

  /**
   * Makes an exception that names neither a scope nor a user.
   *
   * @param message what failed, without tokens and codes
   * @param cause WeChat's {@link WeChatApiException}, or null
   */
  public ReauthorizationRequiredException(String message, @Nullable Throwable cause) {
    this(message, null, null, cause);
  }

  /**
   * Makes an exception about a user who has to grant more.
   *
   * @param message what failed, without tokens and codes
   * @param requiredScope the scope to ask the user for, or null
   * @param openid the user, or null
   * @param cause WeChat's {@link WeChatApiException}, or null
   */
  public ReauthorizationRequiredException(
      String message,
      @Nullable Scope requiredScope,
      @Nullable String openid,
      @Nullable Throwable cause) {
    super(message, cause);
    this.requiredScope = requiredScope;
    this.openid = openid;
  }

  /**
   * Returns the scope to ask the user for.
   *
   * @return {@link Scope#SNSAPI_USERINFO} if the scope of the stored token does not allow what was
   *     asked for; null if any scope will do
   */
  public @Nullable Scope requiredScope() {
    return requiredScope;
  }

  /**
   * Returns the user.
   *
   * @return the openid, or null if it is not known
   */
  public @Nullable String openid() {
    return openid;
  }
}
