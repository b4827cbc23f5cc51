package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Sends a visitor who has to sign in to WeChat, or to the application's login page. A script gets
 * status 401.
 */
final class WeChatEntryPoint implements AuthenticationEntryPoint {
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
    List<WeChatLoginApp> offered = redirect.offered(request);
    String page = WeChatRedirect.pageOf(request);
    if (!Browsers.opensPage(request)) {
      response.setStatus(401);
    } else if (loginPage != null) {
      response.sendRedirect(request.getContextPath() + loginPage);
    } else if (offered.size() == 1) {
      redirect.begin(request, response, new LoginTarget(offered.get(0), false), page);
    } else {
      response.sendRedirect(paths.choicePath(request, page));
    }
  }
}
