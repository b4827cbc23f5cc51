package io.github.wxtoken.examples.boot;

import io.github.wxtoken.UserInfo;
import io.github.wxtoken.WeChatOAuth;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes something happen on the page of the operators: the tokens of some made-up users expire, and
 * every node asks for all of them at once.
 */
@RestController
@Profile("demo")
class DemoController implements AutoCloseable {
  private static final List<String> USERS =
      IntStream.rangeClosed(1, 20).mapToObj(number -> "demo-" + number).toList();

  /** A token is valid for two hours. */
  private static final Duration UNTIL_EXPIRED = Duration.ofSeconds(7201);

  private final WeChatOAuth oauth;
  private final Simulator simulator;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  DemoController(WeChatOAuth oauth, Simulator simulator) {
    this.oauth = oauth;
    this.simulator = simulator;
  }

  /**
   * A step of the demo.
   *
   * @param users how many users it was about
   * @param refreshes how often WeChat has been asked to refresh a token so far, by its own count
   */
  record Step(int users, long refreshes) {}

  @PostMapping("/demo/expire")
  Step expire() {
    USERS.forEach(user -> oauth.getAccessToken(simulator.authorize(user)));
    simulator.advance(UNTIL_EXPIRED);
    return refreshes();
  }

  /** Asks for the profile of each user, all at once. */
  @PostMapping("/demo/reads")
  Step read() {
    oauth.app().getAccessToken();
    List<CompletableFuture<UserInfo>> reads =
        USERS.stream()
            .map(simulator::openid)
            .map(openid -> CompletableFuture.supplyAsync(() -> oauth.getUser(openid), threads))
            .toList();
    reads.forEach(CompletableFuture::join);
    return refreshes();
  }

  @GetMapping("/demo/refreshes")
  Step refreshes() {
    return new Step(USERS.size(), simulator.refreshes());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
