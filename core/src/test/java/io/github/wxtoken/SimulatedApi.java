package io.github.wxtoken;

import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls of an application that need the app's own access token. */
final class SimulatedApi {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private SimulatedApi() {}

  /** Reads the account's menu and returns WeChat's answer. */
  static String menu(WeChatSimulator weChat, AppAccessToken token) {
    URI uri = URI.create(weChat.uri() + "/cgi-bin/menu/get?access_token=" + token.value());
    try {
      return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static int menuErrcode(WeChatSimulator weChat, AppAccessToken token) {
    return WeChatApp.errcode(menu(weChat, token));
  }
}
