package io.github.wxtoken.faults;

import io.github.wxtoken.AppAccessToken;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.simulator.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** An API of WeChat's that an application calls with the app's access token. Thread-safe. */
final class AppTokenApi {
  private final HttpClient http;
  private final URI weChat;

  AppTokenApi(HttpClient http, URI weChat) {
    this.http = http;
    this.weChat = weChat;
  }

  /** Returns the errcode, 0 if WeChat accepts the token. */
  int menu(AppAccessToken token) {
    URI uri = URI.create(weChat + Endpoint.MENU.path() + "?access_token=" + token.value());
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      return WeChatApp.errcode(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
