package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/** Shows a plain page that says nothing of the cause. The log has it. */
final class PageFailureHandler implements AuthenticationFailureHandler {
  private static final Logger log = LoggerFactory.getLogger(PageFailureHandler.class);

  private final LoginPaths paths;

  PageFailureHandler(LoginPaths paths) {
    this.paths = paths;
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    log(failure);
    Object returnPath = request.getAttribute(WeChatLoginFilter.RETURN_PATH);
    page(failure)
        .write(
            request,
            response,
            paths.choicePath(request, returnPath instanceof String path ? path : null));
  }

  static void log(AuthenticationException failure) {
    if (failure instanceof SignInFailedException) {
      log.warn("Nobody is signed in by this callback; the visitor gets a page", failure);
    } else {
      log.debug("Nobody is signed in by this callback; the visitor gets a page", failure);
    }
  }

  private static LoginPage page(AuthenticationException failure) {
    if (failure instanceof SignInDeniedException) {
      return LoginPage.DENIED;
    }
    if (failure instanceof SnapshotUserException) {
      return LoginPage.SNAPSHOT;
    }
    return failure instanceof SignInFailedException ? LoginPage.FAILED : LoginPage.REFUSED;
  }
}
