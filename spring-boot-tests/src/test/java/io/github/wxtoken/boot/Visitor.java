package io.github.wxtoken.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;

/** A browser of a user of the simulator, in front of an application. */
final class Visitor {
  private static final int LONGEST_CHAIN = 10;

  private final HttpClient browser;
  private final URI application;
  private final Map<String, String> headers;

  Visitor(int port, String name) {
    this(
        HttpClient.newBuilder().cookieHandler(new CookieManager()).build(),
        port,
        Map.of("X-Simulator-User", name));
  }

  private Visitor(HttpClient browser, int port, Map<String, String> headers) {
    this.browser = browser;
    this.application = URI.create("http://localhost:" + port);
    this.headers = headers;
  }

  /** Returns the same browser, whose next requests go to another node. */
  Visitor at(int port) {
    return new Visitor(browser, port, headers);
  }

  /** Returns the same browser, whose requests have one more header. */
  Visitor with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Visitor(browser, application.getPort(), more);
  }

  /** Opens a page, and follows its redirects. */
  HttpResponse<String> get(String path) {
    return follow(request(application.resolve(path)));
  }

  /** Opens a page without following its redirect. */
  HttpResponse<String> open(String path) {
    return request(application.resolve(path));
  }

  /** Sends a form, and follows the redirects. */
  HttpResponse<String> post(String path, String form) {
    return follow(
        send(
            HttpRequest.newBuilder(application.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))));
  }

  /** Opens a page, signs in at WeChat, and returns the callback's address. */
  URI signInUpToTheCallback(String path) {
    return target(request(target(open(path))));
  }

  /** Opens a page at an address, and follows its redirects. */
  HttpResponse<String> get(URI page) {
    return follow(request(page));
  }

  private HttpResponse<String> follow(HttpResponse<String> first) {
    HttpResponse<String> answer = first;
    for (int i = 0; i < LONGEST_CHAIN && answer.statusCode() / 100 == 3; i++) {
      answer = request(target(answer));
    }
    return answer;
  }

  /** Signs in until WeChat redirects to the callback, and returns the callback's address. */
  URI signInUpToTheCallback() {
    return signInUpToTheCallback("/login");
  }

  /** Opens one page without following its redirect. */
  HttpResponse<String> request(URI page) {
    return send(HttpRequest.newBuilder(page));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    headers.forEach(request::header);
    try {
      return browser.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static URI target(HttpResponse<String> answer) {
    String location = answer.headers().firstValue("Location").orElseThrow();
    // A browser sends no fragment, such as WeChat's #wechat_redirect.
    return answer.uri().resolve(location.replaceFirst("#.*", ""));
  }
}
