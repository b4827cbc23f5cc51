package io.github.wxtoken.boot.security;

import java.util.Collection;
import java.util.List;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;

/** An authentication by WeChat. It holds no token, no code and no secret. */
public final class WeChatAuthenticationToken extends AbstractAuthenticationToken {
  private static final long serialVersionUID = 1L;

  /** The user. */
  private final WeChatUser user;

  private WeChatAuthenticationToken(
      WeChatUser user,
      Collection<? extends GrantedAuthority> authorities,
      boolean isAuthenticated) {
    super(authorities);
    this.user = user;
    super.setAuthenticated(isAuthenticated);
  }

  /**
   * Makes the authentication of a user who has signed in.
   *
   * @param user the user
   * @param authorities what the user may do
   * @return the authentication
   */
  public static WeChatAuthenticationToken authenticated(
      WeChatUser user, Collection<? extends GrantedAuthority> authorities) {
    return new WeChatAuthenticationToken(user, authorities, true);
  }

  /** Makes the request to authenticate a user whose callback was verified. */
  static WeChatAuthenticationToken unauthenticated(WeChatUser user) {
    return new WeChatAuthenticationToken(user, List.of(), false);
  }

  @Override
  public WeChatUser getPrincipal() {
    return user;
  }

  /** Returns an empty text: the code of the callback is spent. */
  @Override
  public Object getCredentials() {
    return "";
  }

  /**
   * Takes the authentication back.
   *
   * @param isAuthenticated false
   * @throws IllegalArgumentException if it is true
   */
  @Override
  public void setAuthenticated(boolean isAuthenticated) {
    if (isAuthenticated) {
      throw new IllegalArgumentException(
          "cannot make this authentication a trusted one: it is immutable in that. Call"
              + " WeChatAuthenticationToken.authenticated(user, authorities)");
    }
    super.setAuthenticated(false);
  }

  /** Without the details, which hold the id of the session. */
  @Override
  public String toString() {
    return "WeChatAuthenticationToken[user="
        + user
        + ", authenticated="
        + isAuthenticated()
        + ", authorities="
        + getAuthorities()
        + "]";
  }
}
