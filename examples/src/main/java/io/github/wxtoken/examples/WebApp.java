package io.github.wxtoken.examples;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.CallbackResult.Denied;
import io.github.wxtoken.CallbackResult.FailedForNow;
import io.github.wxtoken.CallbackResult.Repeated;
import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.CallbackResult.SnapshotUser;
import io.github.wxtoken.CallbackResult.StartAgain;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.Scope;
import io.github.wxtoken.UserInfo;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An example application of wxtoken: three pages that sign a user in with WeChat and show the
 * user's profile.
 *
 * <p>It has no state in memory: the token is in wxtoken's store, the rest in the browser's cookies.
 * So each request may reach another process, and any process may die.
 */
final class WebApp {
  private static final Logger log = LoggerFactory.getLogger(WebApp.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The page to which a user returns after WeChat has asked for the profile. */
  private static final String PROFILE = "/me?profile=asked";

  private static final Duration SIGN_IN_LIFE = Duration.ofMinutes(10);
  private static final Duration SESSION_LIFE = Duration.ofDays(30);

  private final WeChatOAuth oauth;
  private final Followers followers;
  private final Sessions sessions;
  private final String publicUrl;

  /**
   * @param publicUrl the public address of this application: the load balancer's address
   */
  WebApp(WeChatOAuth oauth, Followers followers, Sessions sessions, String publicUrl) {
    this.oauth = oauth;
    this.followers = followers;
    this.sessions = sessions;
    this.publicUrl = publicUrl;
  }

  void addTo(HttpServer server) {
    add(server, "/login", this::login);
    add(server, "/callback", this::callback);
    add(server, "/me", this::me);
  }

  /** Redirects the user to WeChat, which asks the user nothing and returns only the openid. */
  private void login(Visit visit) throws IOException {
    goToWeChat(visit, oauth.newState(visitor(visit), "/me"), Scope.SNSAPI_BASE);
  }

  /** Handles the callback, to which WeChat redirects the user with a code. */
  private void callback(Visit visit) throws IOException {
    CallbackResult result =
        oauth.handleCallback(
            visit.parameter("code"), visit.parameter("state"), visit.cookie("visitor"));
    if (result instanceof SignedIn signedIn) {
      visit.setCookie("session", sessions.begin(signedIn.token().openid()), SESSION_LIFE);
      visit.redirect(returnPath(result));
    } else if (result instanceof Repeated && user(visit).isPresent()) {
      visit.redirect(returnPath(result));
    } else if (result instanceof StartAgain
        || (result instanceof Repeated repeated && repeated.mayStartAgain())) {
      startAgain(visit, result);
    } else if (result instanceof Denied) {
      visit.answer(403, Page.of("Not signed in", "You did not agree to sign in."));
    } else if (result instanceof SnapshotUser) {
      visit.answer(403, Page.of("Not signed in", "Open the full page, then sign in."));
    } else if (result instanceof FailedForNow failed && failed.mayReload()) {
      log.warn("a sign-in failed for now", failed.cause());
      visit.answer(503, Page.of("Not signed in", "Please reload this page in a minute."));
    } else {
      log.warn("a sign-in failed: {}", result);
      visit.answer(503, Page.of("Not signed in", "Please try again in a minute."));
    }
  }

  /** Redirects to WeChat at once: the state counts the attempts, so that they end. */
  private void startAgain(Visit visit, CallbackResult result) throws IOException {
    log.info("the sign-in starts again: {}", result);
    Scope scope = returnPath(result).equals(PROFILE) ? Scope.SNSAPI_USERINFO : Scope.SNSAPI_BASE;
    goToWeChat(visit, oauth.newState(visitor(visit), result), scope);
  }

  /**
   * Shows the user's profile. wxtoken refreshes the user's token if necessary, and the app's own
   * token and ticket, which the rest of the page needs.
   */
  private void me(Visit visit) throws IOException {
    Optional<String> openid = user(visit);
    if (openid.isEmpty()) {
      visit.redirect("/login");
      return;
    }
    try {
      UserInfo user = oauth.getUser(openid.get());
      boolean follows = followers.follows(user.openid());
      String page = Page.profile(user.openid(), user.nickname(), follows);
      visit.answer(200, Page.signed(page, oauth.app().signJsapi(publicUrl + visit.path())));
    } catch (ReauthorizationRequiredException e) {
      askForProfile(visit, e);
    }
  }

  /**
   * Asks once: if WeChat refuses the profile after the user agreed, asking a second time is a loop.
   */
  private void askForProfile(Visit visit, ReauthorizationRequiredException reason)
      throws IOException {
    if (visit.path().equals(PROFILE)) {
      log.warn("WeChat does not give the profile", reason);
      visit.answer(403, Page.of("No profile", "WeChat does not let us read your profile."));
      return;
    }
    log.info("the user goes to WeChat: {}", reason.getMessage());
    Scope scope = Objects.requireNonNullElse(reason.requiredScope(), Scope.SNSAPI_USERINFO);
    goToWeChat(visit, oauth.newState(visitor(visit), PROFILE), scope);
  }

  private void goToWeChat(Visit visit, String state, Scope scope) throws IOException {
    visit.redirect(oauth.getAuthorizeURL(publicUrl + "/callback", state, scope));
  }

  /**
   * Returns the visitor's cookie. The browser that returns must be the one that was redirected; all
   * its tabs share a cookie.
   */
  private static String visitor(Visit visit) {
    String known = visit.cookie("visitor");
    String visitor = known.matches("[0-9a-f]{32}") ? known : unguessable();
    visit.setCookie("visitor", visitor, SIGN_IN_LIFE);
    return visitor;
  }

  private Optional<String> user(Visit visit) {
    return sessions.openid(visit.cookie("session"));
  }

  private static String returnPath(CallbackResult result) {
    return Objects.requireNonNullElse(result.returnPath(), "/me");
  }

  private interface Handler {
    void answer(Visit visit) throws IOException;
  }

  private void add(HttpServer server, String path, Handler handler) {
    boolean https = publicUrl.startsWith("https:");
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer(handler, new Visit(exchange, https));
          }
        });
  }

  private static void answer(Handler handler, Visit visit) throws IOException {
    try {
      handler.answer(visit);
    } catch (WeChatOAuthException e) {
      log.error("WeChat or the store failed", e);
      visit.answer(503, Page.of("Not now", "Please try again in a moment."));
    } catch (RuntimeException e) {
      log.error("a page failed", e);
      visit.answer(500, Page.of("Sorry", "This is our fault."));
    }
  }

  private static String unguessable() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
