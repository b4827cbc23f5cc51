package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callbacks that come twice: docs/wechat-protocol.md#duplicate-callbacks. */
class DuplicateCallbackTest {
  private final Scene scene = new Scene();
  private final BlockingQueue<String> strays = new LinkedBlockingQueue<>();
  private final HttpServer application = application();

  private static HttpServer application() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void serve() {
    application.createContext(
        "/cb",
        exchange -> {
          String cookie = exchange.getRequestHeaders().getFirst("Cookie");
          strays.add(exchange.getRequestURI().getQuery() + " " + cookie);
          exchange.sendResponseHeaders(200, -1);
        });
    application.start();
  }

  @AfterEach
  void close() {
    scene.close();
    application.stop(0);
  }

  private String redirected(String more) throws Exception {
    String link =
        Endpoint.AUTHORIZE.path()
            + TestClient.query(
                "appid",
                Scene.SERVICE,
                "redirect_uri",
                "http://127.0.0.1:" + application.getAddress().getPort() + "/cb",
                "response_type",
                "code",
                "scope",
                "snsapi_base",
                "state",
                "s1")
            + more;
    String location = scene.client.getRaw(link, "Cookie", "session=7").header("Location");
    return URI.create(location).getQuery() + " session=7";
  }

  private @Nullable String stray() throws InterruptedException {
    return strays.poll(TestClient.SOON.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void shapeAIsTheSameCodeTwice() throws Exception {
    scene.simulator.behaviour().duplicate(Duplicate.SAME_CODE);

    assertThat(redirected("")).isEqualTo(stray());
  }

  @Test
  void shapeBIsTwoCodesWithTheSameState() throws Exception {
    scene.simulator.behaviour().duplicate(Duplicate.TWO_CODES);

    String browser = redirected("");
    String stray = stray();

    assertThat(browser).endsWith("&state=s1 session=7").isNotEqualTo(stray);
    assertThat(stray).endsWith("&state=s1 session=7");
    assertThat(scene.exchange(code(browser)).errcode()).isZero();
    assertThat(scene.exchange(code(stray)).errcode()).isZero();
  }

  private static String code(@Nullable String query) {
    return String.valueOf(query).replaceAll("code=([^&]+).*", "$1");
  }

  @Test
  void connectRedirectPreventsShapeB() throws Exception {
    scene.simulator.behaviour().duplicate(Duplicate.TWO_CODES);
    redirected("&connect_redirect=1");
    redirected("");

    assertThat(stray()).isNotNull();
    assertThat(strays).isEmpty();
  }
}
