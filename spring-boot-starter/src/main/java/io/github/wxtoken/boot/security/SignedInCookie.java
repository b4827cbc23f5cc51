package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;

/**
 * Says for a moment that this browser has just signed in. A visitor who has it and no session would
 * be redirected between this site and WeChat without an end. It proves nothing about the user.
 */
final class SignedInCookie {
  /** Long enough for the redirect to the page, and short enough to expire before a reload. */
  private static final Duration LIFE = Duration.ofSeconds(10);

  private static final SiteCookie COOKIE = new SiteCookie("wxtoken-signed-in");

  private SignedInCookie() {}

  static boolean isPresent(HttpServletRequest request) {
    return COOKIE.read(request) != null;
  }

  static void set(HttpServletRequest request, HttpServletResponse response) {
    COOKIE.write(request, response, "1", LIFE);
  }

  static void delete(HttpServletRequest request, HttpServletResponse response) {
    COOKIE.delete(request, response);
  }
}
