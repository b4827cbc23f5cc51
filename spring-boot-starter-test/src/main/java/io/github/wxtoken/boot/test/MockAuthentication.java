package io.github.wxtoken.boot.test;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.boot.security.WeChatAuthenticationToken;
import io.github.wxtoken.boot.security.WeChatAuthorities;
import io.github.wxtoken.boot.security.WeChatUser;
import java.util.Objects;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;

/**
 * An authentication of Spring Security for a request by {@code MockMvc}. A class of its own, since
 * it cannot be loaded without Spring Security.
 *
 * @param authentication the authentication
 */
record MockAuthentication(WeChatAuthenticationToken authentication) {

  /** Makes the authentication that the login would make. */
  static MockAuthentication of(
      ApplicationContext context, String app, WeChatOAuth oauth, OAuthToken token) {
    WeChatUser user = new WeChatUser(app, oauth.app().appid(), token.openid(), token.unionid());
    WeChatAuthorities authorities =
        context
            .getBeanProvider(WeChatAuthorities.class)
            .getIfUnique(() -> any -> WeChatAuthorities.DEFAULT);
    return new MockAuthentication(
        WeChatAuthenticationToken.authenticated(user, authorities.of(user)));
  }

  /** Puts it where the repositories of Spring Security look: in the session and in the request. */
  void applyTo(MockHttpServletRequest request) {
    SecurityContext security = new SecurityContextImpl(authentication);
    request.setUserPrincipal(authentication);
    request.setAttribute(
        RequestAttributeSecurityContextRepository.DEFAULT_REQUEST_ATTR_NAME, security);
    Objects.requireNonNull(request.getSession(true))
        .setAttribute(HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY, security);
  }
}
