package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.UrlUtils;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher.MatchResult;
import org.springframework.web.util.UriUtils;

/** The paths of a login: where it begins, and where WeChat calls back. Thread-safe. */
final class LoginPaths {
  static final String CONSENT = "consent";
  static final String RETURN = "return";

  private static final String CALLBACK = "callback";

  private final WeChatLoginApps apps;
  private final String base;
  private final @Nullable String baseUrl;
  private final RequestMatcher choice;
  private final RequestMatcher start;
  private final RequestMatcher callback;
  private final RequestMatcher consent;

  LoginPaths(WeChatLoginApps apps, String base, @Nullable String baseUrl) {
    // Not the bean of this type: it prepends spring.mvc.servlet.path, and the base has it already.
    PathPatternRequestMatcher.Builder matchers = PathPatternRequestMatcher.withDefaults();
    this.apps = apps;
    this.base = base;
    this.baseUrl = baseUrl;
    choice = matchers.matcher(HttpMethod.GET, base);
    start = matchers.matcher(HttpMethod.GET, base + "/{app}");
    callback = matchers.matcher(HttpMethod.GET, base + "/{app}/" + CALLBACK);
    consent = matchers.matcher(HttpMethod.GET, base + "/{app}/" + CONSENT);
  }

  /** Tells whether a request leaves the choice of the app to us. */
  boolean isChoice(HttpServletRequest request) {
    return choice.matches(request);
  }

  /** Tells whether a request begins a sign-in to the app that its path names. */
  boolean isStart(HttpServletRequest request) {
    return start.matches(request);
  }

  /** Returns what a sign-in is begun for; null if there is no such app. */
  @Nullable LoginTarget started(HttpServletRequest request) {
    return target(start, request, request.getParameter(CONSENT) != null);
  }

  /** Returns what a callback is for; null if the request is none. */
  @Nullable LoginTarget calledBack(HttpServletRequest request) {
    LoginTarget target = target(callback, request, false);
    return target == null ? target(consent, request, true) : target;
  }

  private @Nullable LoginTarget target(
      RequestMatcher matcher, HttpServletRequest request, boolean withConsent) {
    MatchResult match = matcher.matcher(request);
    String name = match.isMatch() ? match.getVariables().get("app") : null;
    WeChatLoginApp app = name == null ? null : apps.find(name);
    return app == null ? null : new LoginTarget(app, withConsent);
  }

  /** Returns the URL that WeChat redirects back to. */
  String callbackUrl(HttpServletRequest request, LoginTarget target) {
    String path =
        request.getContextPath()
            + base
            + "/"
            + encoded(target.app().name())
            + "/"
            + (target.consent() ? CONSENT : CALLBACK);
    return baseUrl == null
        ? UrlUtils.buildFullRequestUrl(
            request.getScheme(), request.getServerName(), request.getServerPort(), path, null)
        : baseUrl + path;
  }

  /** Returns the path at which a visitor signs in, and chooses the app if there are several. */
  String choicePath(HttpServletRequest request, @Nullable String returnPath) {
    return request.getContextPath()
        + base
        + (returnPath == null ? "" : "?" + RETURN + "=" + encoded(returnPath));
  }

  /** Returns the path at which a visitor signs in to an app. */
  String startPath(HttpServletRequest request, LoginTarget target, @Nullable String returnPath) {
    String query =
        (target.consent() ? "&" + CONSENT : "")
            + (returnPath == null ? "" : "&" + RETURN + "=" + encoded(returnPath));
    return request.getContextPath()
        + base
        + "/"
        + encoded(target.app().name())
        + query.replaceFirst("&", "?");
  }

  private static String encoded(String text) {
    return UriUtils.encode(text, StandardCharsets.UTF_8);
  }
}
