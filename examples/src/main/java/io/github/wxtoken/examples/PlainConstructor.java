package io.github.wxtoken.examples;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.Scope;
import io.github.wxtoken.TokenReader;
import io.github.wxtoken.TokenWriter;
import io.github.wxtoken.UserInfo;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows wxtoken with your own two functions, as in wechat-oauth for Node. Here they store tokens in
 * a map, as text; yours would use your database.
 */
final class PlainConstructor {
  private PlainConstructor() {}

  public static void main(String[] args) {
    Map<String, String> database = new ConcurrentHashMap<>();
    TokenReader getToken =
        openid -> Optional.ofNullable(database.get(openid)).map(OAuthToken::fromJson);
    TokenWriter saveToken = (openid, token) -> database.put(openid, token.toJson());

    try (WeChatOAuth oauth = new WeChatOAuth("wx-appid", "secret", getToken, saveToken)) {
      String callback = "https://www.example.com/callback";
      System.out.println("Send your users to");
      System.out.println(oauth.getAuthorizeURL(callback, "state", Scope.SNSAPI_USERINFO));
    }

    // A client of the constructor calls WeChat itself. The builder makes the same client for a
    // simulator.
    try (WeChatSimulator wechat = WeChatSimulator.start();
        WeChatOAuth oauth =
            WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
                .hooks(getToken, saveToken)
                .apiEndpoint(wechat.uri())
                .clock(wechat.clock())
                .build()) {
      System.out.println("A user agrees, and WeChat sends a code to your callback.");
      String code = wechat.authorize(WeChatSimulator.APPID, "Ada", "snsapi_userinfo");
      OAuthToken token = oauth.getAccessToken(code);
      System.out.println("Exchanged for  " + token);
      System.out.println("Saved for      " + database.keySet());

      UserInfo user = oauth.getUser(token.openid());
      System.out.println("The profile    " + user.nickname() + ", " + user.openid());

      wechat.clock().advance(Duration.ofHours(3));
      System.out.println("Three hours later the token has expired, and is refreshed by itself:");
      System.out.println("The profile    " + oauth.getUser(token.openid()).nickname());
      System.out.println("Its token now  " + oauth.getValidToken(token.openid()));
    }
  }
}
