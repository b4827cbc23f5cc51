package io.github.wxtoken.examples;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.InvalidStateException;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.ReauthorizationRequiredException;
import io.github.wxtoken.Scope;
import io.github.wxtoken.UserInfo;
import io.github.wxtoken.VerifiedState;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The example of how an application uses wxtoken: three pages that sign a user in with WeChat and
 * show the user's profile.
 *
 * <p>It keeps nothing in its own memory: the token is in wxtoken's store, the rest in the browser's
 * cookies. So each request may reach another process, and any process may die.
 */
final class WebApp {
  private static final Logger log = LoggerFactory.getLogger(WebApp.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SIGN_IN_LIFE = Duration.ofMinutes(10);
  private static final Duration SESSION_LIFE = Duration.ofDays(30);

  private final WeChatOAuth oauth;
  private final Sessions sessions;
  private final String publicUrl;

  /**
   * @param publicUrl where users find this application: the load balancer's address
   */
  WebApp(WeChatOAuth oauth, Sessions sessions, String publicUrl) {
    this.oauth = oauth;
    this.sessions = sessions;
    this.publicUrl = publicUrl;
  }

  void addTo(HttpServer server) {
    add(server, "/login", this::login);
    add(server, "/callback", this::callback);
    add(server, "/me", this::me);
  }

  /** Sends the user to WeChat. */
  private void login(Visit visit) throws IOException {
    // Whoever calls back must be the browser that we send away now, which the cookie tells.
    String visitor = unguessable();
    visit.setCookie("visitor", visitor, SIGN_IN_LIFE);
    String state = oauth.newState(visitor, "/me");
    visit.redirect(oauth.getAuthorizeURL(publicUrl + "/callback", state, Scope.SNSAPI_USERINFO));
  }

  /** Where WeChat sends the user back to, with a code. */
  private void callback(Visit visit) throws IOException {
    String visitor = visit.cookie("visitor");
    String code = visit.parameter("code");
    if (visitor.isEmpty()) {
      visit.answer(403, "This is not a sign-in that began here.");
      return;
    }
    if (code.isEmpty()) {
      visit.answer(403, "You did not agree to sign in.");
      return;
    }
    VerifiedState verified = oauth.verifyState(visit.parameter("state"), visitor, code);
    if (verified.isRepeat() && sessions.openid(visit.cookie("session")).isPresent()) {
      visit.redirect(String.valueOf(verified.returnPath()));
      return;
    }
    OAuthToken token = oauth.getAccessToken(code);
    if (token.isSnapshotUser()) {
      visit.answer(403, "Open the full page to sign in."); // WeChat shows the button for it
      return;
    }
    visit.setCookie("session", sessions.begin(token.openid()), SESSION_LIFE);
    // The cookie stays for its ten minutes: some browsers call back twice.
    visit.redirect(String.valueOf(verified.returnPath()));
  }

  /** Shows the user's profile. Whether the token had to be refreshed for it is wxtoken's matter. */
  private void me(Visit visit) throws IOException {
    Optional<String> openid = sessions.openid(visit.cookie("session"));
    if (openid.isEmpty()) {
      visit.redirect("/login");
      return;
    }
    UserInfo user = oauth.getUser(openid.get());
    visit.answer(200, user.openid() + " " + user.nickname());
  }

  private interface Page {
    void show(Visit visit) throws IOException;
  }

  private static void add(HttpServer server, String path, Page page) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            show(page, new Visit(exchange));
          }
        });
  }

  private static void show(Page page, Visit visit) throws IOException {
    try {
      page.show(visit);
    } catch (InvalidStateException e) {
      log.warn("a callback that is not to be trusted", e);
      visit.answer(403, "This is not a sign-in that began here.");
    } catch (ReauthorizationRequiredException e) {
      log.warn("the user must sign in again", e);
      visit.redirect("/login");
    } catch (WeChatOAuthException e) {
      log.error("WeChat or the store failed", e);
      visit.answer(503, "Please try again in a moment.");
    } catch (RuntimeException e) {
      log.error("a page failed", e);
      visit.answer(500, "Sorry, this is our fault.");
    }
  }

  private static String unguessable() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
