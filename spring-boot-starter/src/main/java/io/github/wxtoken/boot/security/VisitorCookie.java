package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A random value that only this browser has, and that binds states to it (docs/sign-in.md). A
 * cookie works before there is a session, and on each node. Thread-safe.
 */
final class VisitorCookie {
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** As long as a state is good. */
  private static final Duration LIFE = Duration.ofMinutes(10);

  private static final SiteCookie COOKIE = new SiteCookie("wxtoken-visitor");

  private final SecureRandom random = new SecureRandom();

  @Nullable String read(HttpServletRequest request) {
    String value = COOKIE.read(request);
    return value != null && VALUE.matcher(value).matches() ? value : null;
  }

  /** Returns the value that the browser has, so that each of two tabs can sign in, or a new one. */
  String readOrCreate(HttpServletRequest request, HttpServletResponse response) {
    String known = read(request);
    String value = known == null ? create() : known;
    COOKIE.write(request, response, value, LIFE);
    return value;
  }

  /**
   * Deletes the cookie, so that no callback from before signs anybody in. WeChat signs the user in
   * again without a question as soon as the browser opens a protected page.
   */
  void delete(HttpServletRequest request, HttpServletResponse response) {
    COOKIE.delete(request, response);
  }

  private String create() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
