package io.github.wxtoken.simulator;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Callbacks that no user sees: the first of two (docs/wechat-protocol.md#duplicate-callbacks). No
 * thread waits for their answers.
 */
final class StrayCallbacks {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private StrayCallbacks() {}

  static void send(String uri, String cookies) {
    var request =
        java.net.http.HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(30));
    if (!cookies.isEmpty()) {
      request.header("Cookie", cookies);
    }
    var unused = CLIENT.sendAsync(request.build(), BodyHandlers.discarding());
  }
}
