package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/** Redirects to a page of the application with the kind of the failure, and nothing else of it. */
final class RedirectFailureHandler implements AuthenticationFailureHandler {
  private final String path;

  RedirectFailureHandler(String path) {
    this.path = path;
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    PageFailureHandler.log(failure);
    String code = failure instanceof WeChatAuthenticationException known ? known.code() : "refused";
    response.sendRedirect(
        request.getContextPath() + path + (path.contains("?") ? "&" : "?") + "error=" + code);
  }
}
