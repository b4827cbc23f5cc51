package io.github.wxtoken.boot.security;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;

/** Authenticates the user of a callback that {@link WeChatLoginFilter} has verified. */
final class WeChatAuthenticationProvider implements AuthenticationProvider {
  private final WeChatAuthorities authorities;

  WeChatAuthenticationProvider(WeChatAuthorities authorities) {
    this.authorities = authorities;
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    WeChatAuthenticationToken request = (WeChatAuthenticationToken) authentication;
    WeChatUser user = request.getPrincipal();
    WeChatAuthenticationToken result =
        WeChatAuthenticationToken.authenticated(user, authorities.of(user));
    result.setDetails(request.getDetails());
    return result;
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return WeChatAuthenticationToken.class.isAssignableFrom(authentication);
  }
}
