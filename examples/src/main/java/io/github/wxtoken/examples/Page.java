package io.github.wxtoken.examples;

import io.github.wxtoken.JsapiSignature;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HTML of the {@link WebApp}: small, self-contained, without scripts. */
final class Page {
  private static final String FRAME =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="UTF-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <link rel="icon" href="data:,">
      <title>{title}</title>
      <style>
      body { margin: 0; min-height: 100vh; display: grid; place-items: center;
        background: #f5f5f5; color: #191919;
        font: 16px/1.5 -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
      main { box-sizing: border-box; width: 100%; max-width: 420px; padding: 28px 24px;
        background: #fff; border-radius: 16px; }
      h1 { margin: 0 0 8px; font-size: 22px; overflow-wrap: anywhere; }
      p { margin: 0 0 16px; color: #5f5f5f; overflow-wrap: anywhere; }
      a { display: block; padding: 11px 0; border-radius: 8px; background: #07813f; color: #fff;
        font-weight: 500; text-align: center; text-decoration: none; }
      </style>
      </head>
      <body><main>
      <h1>{title}</h1>
      <p>{text}</p>
      <a href="/login">Sign in again</a>
      </main></body>
      </html>
      """;

  private static final Pattern SIGNATURE =
      Pattern.compile("<meta name=\"wx-config\" content=\"\\S+ \\d+ \\S+ [0-9a-f]{40}\">\n");

  private Page() {}

  /** The page of a user who is signed in. */
  static String profile(String openid, String nickname, boolean follows) {
    String text = "You are signed in. Your openid is " + openid + ".";
    return of(nickname, follows ? text + " You follow our account." : text);
  }

  /** Adds what a script of the page would pass to {@code wx.config}. */
  static String signed(String page, JsapiSignature signature) {
    String config =
        "<meta name=\"wx-config\" content=\"%s %d %s %s\">\n"
            .formatted(
                signature.appId(),
                signature.timestamp(),
                signature.nonceStr(),
                signature.signature());
    return page.replaceFirst("(?=<title>)", Matcher.quoteReplacement(config));
  }

  /** Returns the page without its signature, which differs from visit to visit. */
  static String unsigned(String page) {
    return SIGNATURE.matcher(page).replaceFirst("");
  }

  static boolean isSigned(String page) {
    return SIGNATURE.matcher(page).find();
  }

  /** Returns a page. Each page offers to sign in again, so that no user is stuck. */
  static String of(String title, String text) {
    return FRAME.replace("{title}", escape(title)).replace("{text}", escape(text));
  }

  /**
   * Escapes a text: a user chooses the nickname, so it may contain markup, and braces like those of
   * the frame.
   */
  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("{", "&#123;");
  }
}
