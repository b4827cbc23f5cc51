package io.github.wxtoken.examples;

import io.github.wxtoken.AppAccessToken;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatTransportException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * The application's own call of a WeChat API with the app token, by an HTTP client of its own. The
 * same for any other call of {@code /cgi-bin} or {@code /wxa}.
 */
final class Followers {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final WeChatApp app;
  private final URI wechat;
  private final HttpClient http = HttpClient.newHttpClient();

  Followers(WeChatApp app, URI wechat) {
    this.app = app;
    this.wechat = wechat;
  }

  /**
   * Tells whether a user follows the account. A refused token is replaced, and the call repeated.
   */
  boolean follows(String openid) {
    String answer = app.call(token -> ask(openid, token), WeChatApp::errcode);
    return answer.contains("\"subscribe\":1");
  }

  private String ask(String openid, AppAccessToken token) {
    String query = "?access_token=" + token.value() + "&openid=" + openid;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(wechat + "/cgi-bin/user/info" + query))
            .timeout(TIMEOUT)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      // Without the cause, whose message may quote the URL and so the token.
      throw new WeChatTransportException("WeChat could not be asked for a follower", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeChatTransportException("interrupted while asking for a follower", null);
    }
  }
}
