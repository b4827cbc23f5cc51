package io.github.wxtoken.boot.security;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.CallbackResult.Denied;
import io.github.wxtoken.CallbackResult.FailedForNow;
import io.github.wxtoken.CallbackResult.Repeated;
import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.CallbackResult.SnapshotUser;
import io.github.wxtoken.CallbackResult.StartAgain;
import io.github.wxtoken.OAuthToken;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.authentication.AbstractAuthenticationProcessingFilter;

/** Takes WeChat's callback: signs the user in, or answers as docs/sign-in.md says. */
final class WeChatLoginFilter extends AbstractAuthenticationProcessingFilter {
  /** The attribute of the request that says where its user returns to. */
  static final String RETURN_PATH = WeChatLoginFilter.class.getName() + ".RETURN_PATH";

  private final LoginPaths paths;
  private final VisitorCookie visitors;
  private final WeChatRedirect redirect;
  private final SecurityContextHolderStrategy contexts;

  WeChatLoginFilter(
      LoginPaths paths,
      VisitorCookie visitors,
      WeChatRedirect redirect,
      SecurityContextHolderStrategy contexts) {
    super(request -> paths.calledBack(request) != null);
    this.paths = paths;
    this.visitors = visitors;
    this.redirect = redirect;
    this.contexts = contexts;
    setSecurityContextHolderStrategy(contexts);
  }

  @Override
  public @Nullable Authentication attemptAuthentication(
      HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    LoginTarget target = Objects.requireNonNull(paths.calledBack(request));
    WeChatLoginApp app = target.app();
    CallbackResult result =
        app.oauth()
            .handleCallback(
                request.getParameter("code"),
                request.getParameter("state"),
                visitors.read(request));
    request.setAttribute(RETURN_PATH, result.returnPath());
    if (result instanceof SignedIn signedIn) {
      return authenticate(request, app, signedIn.token());
    }
    Authentication current = contexts.getContext().getAuthentication();
    if (result instanceof Repeated && current != null && isOf(app, current)) {
      getSuccessHandler().onAuthenticationSuccess(request, response, current);
      return null;
    }
    if (result instanceof StartAgain
        || (result instanceof Repeated repeated && repeated.mayStartAgain())) {
      redirect.beginAgain(request, response, target, result);
      return null;
    }
    throw failure(app.name(), result);
  }

  private Authentication authenticate(
      HttpServletRequest request, WeChatLoginApp app, OAuthToken token) {
    WeChatUser user =
        new WeChatUser(app.name(), app.oauth().app().appid(), token.openid(), token.unionid());
    WeChatAuthenticationToken callback = WeChatAuthenticationToken.unauthenticated(user);
    callback.setDetails(authenticationDetailsSource.buildDetails(request));
    return getAuthenticationManager().authenticate(callback);
  }

  /** For {@link WeChatEntryPoint}: says for a moment that this browser has signed in. */
  @Override
  protected void successfulAuthentication(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Authentication authentication)
      throws IOException, ServletException {
    SignedInCookie.set(request, response);
    super.successfulAuthentication(request, response, chain, authentication);
  }

  private static boolean isOf(WeChatLoginApp app, Authentication current) {
    WeChatUser user = WeChatUser.of(current);
    return user != null && user.app().equals(app.name());
  }

  private static WeChatAuthenticationException failure(String app, CallbackResult result) {
    if (result instanceof Denied) {
      return new SignInDeniedException(app);
    }
    if (result instanceof SnapshotUser) {
      return new SnapshotUserException(app);
    }
    return result instanceof FailedForNow failed
        ? new SignInFailedException(app, failed.mayReload(), failed.cause())
        : new SignInFailedException(app, false, null);
  }
}
