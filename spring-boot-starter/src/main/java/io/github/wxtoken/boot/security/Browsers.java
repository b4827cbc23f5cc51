package io.github.wxtoken.boot.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells browsers and their requests apart. */
final class Browsers {
  private Browsers() {}

  /** Tells whether the request comes from the browser inside the WeChat app. */
  static boolean isWeChat(HttpServletRequest request) {
    String agent = request.getHeader("User-Agent");
    return agent != null && agent.toLowerCase(Locale.ROOT).contains("micromessenger");
  }

  /**
   * Tells whether the request opens a page, so that a redirect to WeChat helps. A script would get
   * WeChat's page in place of its data.
   */
  static boolean opensPage(HttpServletRequest request) {
    if ("XMLHttpRequest".equals(request.getHeader("X-Requested-With"))) {
      return false;
    }
    String mode = request.getHeader("Sec-Fetch-Mode");
    return mode == null ? accepts(request.getHeader("Accept")) : mode.equals("navigate");
  }

  /** A script asks for JSON; a browser, and a tool such as curl, does not. */
  private static boolean accepts(@Nullable String accept) {
    return accept == null
        || accept.contains("text/html")
        || (accept.contains("*/*") && !accept.contains("json"));
  }
}
