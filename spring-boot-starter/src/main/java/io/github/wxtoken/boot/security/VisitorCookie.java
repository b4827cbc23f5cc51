package io.github.wxtoken.boot.security;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * A random value that only this browser has, and that binds states to it (docs/sign-in.md). A
 * cookie works before there is a session, and on each node. It is {@code Lax}, since a browser
 * sends no strict cookie when WeChat redirects it back. Thread-safe.
 */
final class VisitorCookie {
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** As long as a state is good. */
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final SecureRandom random = new SecureRandom();

  /** With the prefix, a browser takes the cookie from this host over TLS alone. */
  private static String name(HttpServletRequest request) {
    return request.isSecure() ? "__Host-wxtoken-visitor" : "wxtoken-visitor";
  }

  @Nullable String read(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return null;
    }
    String name = name(request);
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name) && VALUE.matcher(cookie.getValue()).matches()) {
        return cookie.getValue();
      }
    }
    return null;
  }

  /** Returns the value that the browser has, so that each of two tabs can sign in, or a new one. */
  String readOrCreate(HttpServletRequest request, HttpServletResponse response) {
    String known = read(request);
    String value = known == null ? create() : known;
    write(request, response, value, LIFE);
    return value;
  }

  /**
   * Deletes the cookie, so that no callback from before signs anybody in. WeChat signs the user in
   * again without a question as soon as the browser opens a protected page.
   */
  void delete(HttpServletRequest request, HttpServletResponse response) {
    write(request, response, "", Duration.ZERO);
  }

  private String create() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void write(
      HttpServletRequest request, HttpServletResponse response, String value, Duration life) {
    ResponseCookie cookie =
        ResponseCookie.from(name(request), value)
            .path("/")
            .httpOnly(true)
            .secure(request.isSecure())
            .sameSite("Lax")
            .maxAge(life)
            .build();
    response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
  }
}
