package io.github.wxtoken.boot.security;

import io.github.wxtoken.WeChatOAuth;

/**
 * An app that users can sign in to.
 *
 * @param name its name in paths and in {@link WeChatUser#app()}
 * @param oauth its client, which is not a mini program's
 * @param website whether it is a website app (网站应用), whose users scan a QR code, and not a service
 *     account (公众号)
 */
public record WeChatLoginApp(String name, WeChatOAuth oauth, boolean website) {
  /** The name of the app of {@code wxtoken.appid}. */
  public static final String MAIN = "main";

  /** Without the client. */
  @Override
  public String toString() {
    return "WeChatLoginApp[name=" + name + ", website=" + website + "]";
  }
}
