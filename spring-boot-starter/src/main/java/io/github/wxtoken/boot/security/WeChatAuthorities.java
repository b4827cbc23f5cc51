package io.github.wxtoken.boot.security;

import java.util.Collection;
import java.util.List;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;

/**
 * Decides what a user may do who has signed in with WeChat. A bean of this type is used by each
 * login that is given no other.
 */
@FunctionalInterface
public interface WeChatAuthorities {
  /** The authorities of every user by default. */
  List<GrantedAuthority> DEFAULT =
      List.copyOf(AuthorityUtils.createAuthorityList("ROLE_USER", "WECHAT_USER"));

  /**
   * Returns the authorities of a user. It is called with each sign-in, so it is also the place to
   * create an account for a new user.
   *
   * @param user the user, whose token is in the store
   * @return the authorities, perhaps none
   * @throws AuthenticationException if the user may not sign in, such as a {@link
   *     org.springframework.security.authentication.DisabledException}
   */
  Collection<? extends GrantedAuthority> of(WeChatUser user);
}
