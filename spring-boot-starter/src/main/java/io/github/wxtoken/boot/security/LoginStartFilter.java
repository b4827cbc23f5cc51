package io.github.wxtoken.boot.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers the paths at which a sign-in begins, and the page after a sign-out if the application has
 * none of its own.
 */
final class LoginStartFilter extends OncePerRequestFilter {
  private final WeChatRedirect redirect;
  private final LoginPaths paths;
  private final SecurityContextHolderStrategy contexts;
  private final @Nullable RequestMatcher signedOut;

  LoginStartFilter(
      WeChatRedirect redirect,
      LoginPaths paths,
      SecurityContextHolderStrategy contexts,
      @Nullable RequestMatcher signedOut) {
    this.redirect = redirect;
    this.paths = paths;
    this.contexts = contexts;
    this.signedOut = signedOut;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (paths.isStart(request)) {
      start(request, response);
    } else if (paths.isChoice(request)) {
      choose(request, response);
    } else if (signedOut != null && signedOut.matches(request)) {
      LoginPage.SIGNED_OUT.write(request, response, paths.choicePath(request, null));
    } else {
      chain.doFilter(request, response);
    }
  }

  private void start(HttpServletRequest request, HttpServletResponse response) throws IOException {
    LoginTarget target = paths.started(request);
    if (target == null) {
      LoginPage.UNKNOWN_APP.write(request, response, Map.of());
    } else {
      redirect.begin(request, response, target, request.getParameter(LoginPaths.RETURN));
    }
  }

  private void choose(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String returnPath = request.getParameter(LoginPaths.RETURN);
    boolean consent = request.getParameter(LoginPaths.CONSENT) != null;
    List<WeChatLoginApp> offered = consent ? offeredForConsent(request) : redirect.offered(request);
    if (offered.size() == 1) {
      redirect.begin(request, response, new LoginTarget(offered.get(0), consent), returnPath);
      return;
    }
    Map<String, String> links = new LinkedHashMap<>();
    for (WeChatLoginApp app : offered) {
      links.put(paths.startPath(request, new LoginTarget(app, consent), returnPath), app.name());
    }
    LoginPage.CHOICE.write(request, response, links);
  }

  /** A user who is signed in consents for the same app. */
  private List<WeChatLoginApp> offeredForConsent(HttpServletRequest request) {
    WeChatUser user = WeChatUser.of(contexts.getContext().getAuthentication());
    WeChatLoginApp app = user == null ? null : redirect.find(user.app());
    return app == null ? redirect.offered(request) : List.of(app);
  }
}
