package io.github.wxtoken.boot.security;

import io.github.wxtoken.ReauthorizationRequiredException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers a page for which the user's token does not do. A page with a link asks the user to
 * consent, or to sign in again. It is no redirect: WeChat shows a snapshot in place of a dialog
 * that comes as soon as a page loads, and a user who taps ends every loop.
 */
final class ReauthorizationFilter extends OncePerRequestFilter {
  private final WeChatLoginApps apps;
  private final LoginPaths paths;
  private final RequestCache requests;
  private final SecurityContextHolderStrategy contexts;

  ReauthorizationFilter(
      WeChatLoginApps apps,
      LoginPaths paths,
      RequestCache requests,
      SecurityContextHolderStrategy contexts) {
    this.apps = apps;
    this.paths = paths;
    this.requests = requests;
    this.contexts = contexts;
  }

  /** An asynchronous controller fails in the dispatch that ends it. */
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      chain.doFilter(request, response);
    } catch (ServletException | RuntimeException e) {
      ReauthorizationRequiredException required = reauthorization(e);
      WeChatLoginApp app = required == null ? null : appOf(required);
      if (required == null || app == null || response.isCommitted()) {
        throw e;
      }
      answer(request, response, new LoginTarget(app, required.requiredScope() != null));
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response, LoginTarget target)
      throws IOException {
    if (!Browsers.opensPage(request)) {
      response.resetBuffer(); // a view may have begun to write
      response.setStatus(401);
      return;
    }
    resetAllButCookies(response);
    requests.saveRequest(request, response);
    String link = paths.startPath(request, target, WeChatRedirect.pageOf(request));
    if (target.consent()) {
      String label = LoginPage.isChinese(request) ? "前往微信授权" : "Agree in WeChat";
      LoginPage.CONSENT.write(request, response, Map.of(link, label));
    } else {
      LoginPage.DENIED.write(request, response, link);
    }
  }

  /** Cookies, such as the one of the session, are not about the page that failed. */
  private static void resetAllButCookies(HttpServletResponse response) {
    List<String> cookies = List.copyOf(response.getHeaders(HttpHeaders.SET_COOKIE));
    response.reset();
    cookies.forEach(cookie -> response.addHeader(HttpHeaders.SET_COOKIE, cookie));
  }

  private static @Nullable ReauthorizationRequiredException reauthorization(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof ReauthorizationRequiredException)) {
      cause = cause.getCause();
    }
    return (ReauthorizationRequiredException) cause;
  }

  /** Returns the app of the user who is signed in; null if the exception is about another user. */
  private @Nullable WeChatLoginApp appOf(ReauthorizationRequiredException required) {
    WeChatUser user = WeChatUser.of(contexts.getContext().getAuthentication());
    String openid = required.openid();
    return user != null && (openid == null || openid.equals(user.openid()))
        ? apps.find(user.app())
        : null;
  }
}
