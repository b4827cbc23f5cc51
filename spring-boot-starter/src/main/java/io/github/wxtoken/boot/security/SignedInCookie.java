package io.github.wxtoken.boot.security;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * Says for a moment that this browser has just signed in. A visitor who has it and no session would
 * be redirected between this site and WeChat without an end. It proves nothing about the user.
 */
final class SignedInCookie {
  /** Long enough for the redirect to the page, and short enough to expire before a reload. */
  private static final Duration LIFE = Duration.ofSeconds(10);

  private SignedInCookie() {}

  private static String name(HttpServletRequest request) {
    return request.isSecure() ? "__Host-wxtoken-signed-in" : "wxtoken-signed-in";
  }

  static boolean isPresent(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return false;
    }
    String name = name(request);
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name)) {
        return true;
      }
    }
    return false;
  }

  static void set(HttpServletRequest request, HttpServletResponse response) {
    write(request, response, "1", LIFE);
  }

  static void delete(HttpServletRequest request, HttpServletResponse response) {
    write(request, response, "", Duration.ZERO);
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
