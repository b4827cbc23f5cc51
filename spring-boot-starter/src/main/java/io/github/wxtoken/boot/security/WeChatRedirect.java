package io.github.wxtoken.boot.security;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.Scope;
import io.github.wxtoken.WeChatOAuth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a browser to WeChat, with a state that is bound to it. Thread-safe. */
final class WeChatRedirect {
  private static final Logger log = LoggerFactory.getLogger(WeChatRedirect.class);

  private final WeChatLoginApps apps;
  private final LoginPaths paths;
  private final VisitorCookie visitors;
  private final Scope scope;

  WeChatRedirect(WeChatLoginApps apps, LoginPaths paths, VisitorCookie visitors, Scope scope) {
    this.apps = apps;
    this.paths = paths;
    this.visitors = visitors;
    this.scope = scope;
  }

  @Nullable WeChatLoginApp find(String name) {
    return apps.find(name);
  }

  /** Returns the apps of the kind that this browser can use, or all. */
  List<WeChatLoginApp> offered(HttpServletRequest request) {
    boolean website = !Browsers.isWeChat(request);
    List<WeChatLoginApp> all = apps.offered();
    List<WeChatLoginApp> fit = all.stream().filter(app -> app.website() == website).toList();
    return fit.isEmpty() ? all : fit;
  }

  /**
   * Begins a sign-in.
   *
   * @param returnPath where the user returns to. It is dropped if it does not fit into a state, or
   *     might lead to another site
   */
  void begin(
      HttpServletRequest request,
      HttpServletResponse response,
      LoginTarget target,
      @Nullable String returnPath)
      throws IOException {
    String visitor = visitors.readOrCreate(request, response);
    send(request, response, target, newState(target.app().oauth(), visitor, returnPath));
  }

  /** Begins the next attempt, which the state counts. */
  void beginAgain(
      HttpServletRequest request,
      HttpServletResponse response,
      LoginTarget target,
      CallbackResult result)
      throws IOException {
    String visitor = visitors.readOrCreate(request, response);
    send(request, response, target, target.app().oauth().newState(visitor, result));
  }

  private static String newState(WeChatOAuth oauth, String visitor, @Nullable String returnPath) {
    if (returnPath != null) {
      try {
        return oauth.newState(visitor, returnPath);
      } catch (IllegalArgumentException e) {
        // The message of the exception has the path, which may carry a secret.
        log.debug(
            "The return path of {} characters is dropped: it must be a path of this site,"
                + " percent-encoded, with at most 48 characters. The user returns to the saved"
                + " request, or to the default page",
            returnPath.length());
      }
    }
    return oauth.newState(visitor);
  }

  private void send(
      HttpServletRequest request, HttpServletResponse response, LoginTarget target, String state)
      throws IOException {
    WeChatOAuth oauth = target.app().oauth();
    String callback = paths.callbackUrl(request, target);
    response.sendRedirect(
        target.app().website()
            ? oauth.getAuthorizeURLForWebsite(callback, state)
            : oauth.getAuthorizeURL(
                callback, state, target.consent() ? Scope.SNSAPI_USERINFO : scope));
  }

  /** Returns the page that a request opens, for the way back; null if a link cannot lead there. */
  static @Nullable String pageOf(HttpServletRequest request) {
    if (!request.getMethod().equals("GET")) {
      return null;
    }
    String query = request.getQueryString();
    return request.getRequestURI() + (query == null ? "" : "?" + query);
  }
}
