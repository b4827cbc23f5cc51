package io.github.wxtoken.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A shutdown answers what was begun: the client is closed after the web server has drained. */
class ShutdownTest {
  private static final int REQUESTS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ExecutorService browsers = Executors.newCachedThreadPool();
  private final ConfigurableApplicationContext context =
      SpringApplication.run(
          TestApplication.class,
          "--server.port=0",
          "--server.shutdown=graceful",
          // A busy machine takes a while to begin all requests.
          "--wxtoken.http-timeout=50s",
          "--spring.lifecycle.timeout-per-shutdown-phase=60s",
          "--wxtoken.simulator.enabled=true");
  private final int port = TestApplication.port(context);
  private final WeChatOAuth oauth = context.getBean(WeChatOAuth.class);
  private final WeChatSimulator weChat = context.getBean(WeChatSimulator.class);

  @Test
  void everyRequestThatWasBegunIsAnswered() throws Exception {
    weChat.behaviour().consent(Consent.AUTO);
    List<CompletableFuture<HttpResponse<String>>> begun = new ArrayList<>();
    Thread shutdown = new Thread(context::close);
    try (Gate weChatAnswers = weChat.faults().hold(Endpoint.EXCHANGE)) {
      for (int i = 0; i < REQUESTS; i++) {
        Visitor visitor = new Visitor(port, "user" + i);
        URI callback = visitor.signInUpToTheCallback();
        begun.add(CompletableFuture.supplyAsync(() -> visitor.request(callback), browsers));
      }
      assertThat(weChatAnswers.awaitArrivals(REQUESTS, PATIENCE)).isTrue();
      shutdown.start();
      awaitDraining();
    }

    assertThat(begun)
        .extracting(CompletableFuture::join)
        .extracting(answer -> answer.headers().firstValue("Location").orElse(""))
        .hasSize(REQUESTS)
        .allSatisfy(location -> assertThat(location).endsWith("/me"));
    shutdown.join(PATIENCE.toMillis());
    assertThatThrownBy(oauth::pingStore).hasMessage("this client is closed");
    browsers.shutdown();
  }

  /**
   * Returns when the web server accepts no further connection. No event tells of that, so the test
   * asks again and again, with a pause that leaves the processor to the server.
   */
  private void awaitDraining() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try (Socket accepted = new Socket("localhost", port)) {
        assertThat(accepted.isConnected()).isTrue();
        Thread.sleep(20);
      } catch (IOException e) {
        return;
      }
    }
    throw new AssertionError("the web server still accepts connections");
  }
}
