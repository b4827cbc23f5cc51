package io.github.wxtoken.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A browser of a user of the simulator, in front of an application. */
final class Visitor {
  private static final int LONGEST_CHAIN = 10;

  private final HttpClient browser =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private final URI application;
  private final String name;

  Visitor(int port, String name) {
    this.application = URI.create("http://localhost:" + port);
    this.name = name;
  }

  /** Opens a page, and follows its redirects. */
  HttpResponse<String> get(String path) {
    HttpResponse<String> answer = request(application.resolve(path));
    for (int i = 0; i < LONGEST_CHAIN && answer.statusCode() / 100 == 3; i++) {
      answer = request(target(answer));
    }
    return answer;
  }

  /** Signs in until WeChat redirects to the callback, and returns the callback's address. */
  URI signInUpToTheCallback() {
    HttpResponse<String> login = request(application.resolve("/login"));
    return target(request(target(login)));
  }

  /** Opens one page without following its redirect. */
  HttpResponse<String> request(URI page) {
    try {
      return browser.send(
          HttpRequest.newBuilder(page).header("X-Simulator-User", name).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URI target(HttpResponse<String> answer) {
    String location = answer.headers().firstValue("Location").orElseThrow();
    // A browser sends no fragment, such as WeChat's #wechat_redirect.
    return answer.uri().resolve(location.replaceFirst("#.*", ""));
  }
}
