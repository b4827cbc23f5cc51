package io.github.wxtoken.examples.boot;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A user of the simulator with a browser that runs no scripts. */
final class Visitor {
  private static final int LONGEST_CHAIN = 10;

  private final HttpClient browser =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private final URI site;
  private final String name;
  private final String language;

  Visitor(int port, String name, String language) {
    this.site = URI.create("http://localhost:" + port);
    this.name = name;
    this.language = language;
  }

  /** Opens a page, and follows its redirects. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return follow(send(request(site.resolve(path)).build()));
  }

  HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
    HttpRequest.Builder request = request(site.resolve(path)).POST(BodyPublishers.ofString(form));
    return follow(
        send(request.header("Content-Type", "application/x-www-form-urlencoded").build()));
  }

  private HttpRequest.Builder request(URI page) {
    return HttpRequest.newBuilder(page)
        .header("X-Simulator-User", name)
        .header("Accept-Language", language)
        .header("Accept", "text/html,application/json;q=0.9");
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return browser.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> follow(HttpResponse<String> first)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = first;
    for (int i = 0; i < LONGEST_CHAIN && answer.statusCode() / 100 == 3; i++) {
      String location = answer.headers().firstValue("Location").orElseThrow();
      // A browser sends no fragment, such as WeChat's #wechat_redirect.
      URI target = answer.uri().resolve(location.replaceFirst("#.*", ""));
      answer = send(request(target).build());
    }
    return answer;
  }
}
