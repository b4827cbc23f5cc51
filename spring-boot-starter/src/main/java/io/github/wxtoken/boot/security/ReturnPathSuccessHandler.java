package io.github.wxtoken.boot.security;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.savedrequest.DefaultSavedRequest;
import org.springframework.security.web.savedrequest.RequestCache;

/**
 * Returns to the path in the state, so that each of two tabs gets its own page; without one, to the
 * saved request of the session, or to the default page.
 */
final class ReturnPathSuccessHandler extends SavedRequestAwareAuthenticationSuccessHandler {
  private final @Nullable RequestCache requests;

  ReturnPathSuccessHandler(@Nullable RequestCache requests) {
    this.requests = requests;
    if (requests != null) {
      setRequestCache(requests);
    }
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws ServletException, IOException {
    Object path = request.getAttribute(WeChatLoginFilter.RETURN_PATH);
    if (isAlwaysUseDefaultTargetUrl() || !(path instanceof String returnPath)) {
      super.onAuthenticationSuccess(request, response, authentication);
      return;
    }
    forget(request, response, returnPath);
    clearAuthenticationAttributes(request);
    response.sendRedirect(returnPath);
  }

  /** Otherwise a later sign-in without a return path would lead to this page. */
  private void forget(HttpServletRequest request, HttpServletResponse response, String returnPath) {
    if (requests != null
        && requests.getRequest(request, response) instanceof DefaultSavedRequest saved
        && returnPath.equals(pageOf(saved))) {
      requests.removeRequest(request, response);
    }
  }

  private static String pageOf(DefaultSavedRequest saved) {
    String query = saved.getQueryString();
    return saved.getRequestURI() + (query == null ? "" : "?" + query);
  }
}
