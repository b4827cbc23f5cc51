package io.github.wxtoken.boot.security;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Sends a visitor who has to sign in to WeChat, or to the application's login page. A script gets
 * status 401. A browser that has just signed in gets a page, since another redirect would not help.
 */
final class WeChatEntryPoint implements AuthenticationEntryPoint {
  private static final Logger log = LoggerFactory.getLogger(WeChatEntryPoint.class);

  private final WeChatRedirect redirect;
  private final LoginPaths paths;
  private final @Nullable String loginPage;

  WeChatEntryPoint(WeChatRedirect redirect, LoginPaths paths, @Nullable String loginPage) {
    this.redirect = redirect;
    this.paths = paths;
    this.loginPage = loginPage;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException reason)
      throws IOException {
    if (request.getDispatcherType() == DispatcherType.ERROR) {
      return; // the answer keeps the status of the error
    }
    List<WeChatLoginApp> offered = redirect.offered(request);
    String page = WeChatRedirect.pageOf(request);
    if (!Browsers.opensPage(request)) {
      response.setStatus(401);
    } else if (SignedInCookie.isPresent(request)) {
      log.warn(
          "A browser that has just signed in has no session; it gets a page in place of another"
              + " redirect to WeChat. The browser must send the session's cookie back (not"
              + " SameSite=Strict, and Secure only over HTTPS), several nodes need sticky routing"
              + " or Spring Session, and the chain must not have SessionCreationPolicy.STATELESS");
      LoginPage.FAILED.write(request, response, paths.choicePath(request, page));
    } else if (loginPage != null) {
      response.sendRedirect(request.getContextPath() + loginPage);
    } else if (offered.size() == 1) {
      redirect.begin(request, response, new LoginTarget(offered.get(0), false), page);
    } else {
      response.sendRedirect(paths.choicePath(request, page));
    }
  }
}
