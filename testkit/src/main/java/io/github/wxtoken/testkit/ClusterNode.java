package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * One process of a cluster under test. It reads commands from its standard input, answers each with
 * lines and {@code done}, and ends with its input.
 *
 * <ul>
 *   <li>{@code clock MILLIS}: sets how far its clock is off the system's;
 *   <li>{@code token THREADS OPENID…}: each thread gets a valid token of every user, in an order of
 *       its own; answers how often which token, or which error, came of it;
 *   <li>{@code user THREADS OPENID…}: the same with profiles.
 * </ul>
 *
 * <p>Tokens are answered as fingerprints: this output ends up in logs.
 */
final class ClusterNode {
  private final WeChatOAuth oauth;
  private final MovableClock clock;

  private ClusterNode(WeChatOAuth oauth, MovableClock clock) {
    this.oauth = oauth;
    this.clock = clock;
  }

  /** Runs until standard input ends; the environment names store, simulator and app. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // where logs belong
    MovableClock clock = new MovableClock();
    try (WeChatOAuth oauth =
            WeChatOAuth.builder(environment("WXTOKEN_APPID"), environment("WXTOKEN_SECRET"))
                .store(environment("WXTOKEN_STORE"))
                .apiEndpoint(URI.create(environment("WXTOKEN_WECHAT")))
                .clock(clock)
                .build();
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      ClusterNode node = new ClusterNode(oauth, clock);
      answers.println("done");
      for (String command; (command = commands.readLine()) != null; ) {
        node.run(Arrays.asList(command.split(" ", -1))).forEach(answers::println);
        answers.println("done");
      }
    }
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is not set");
    }
    return value;
  }

  private List<String> run(List<String> command) {
    switch (command.get(0)) {
      case "clock" -> {
        clock.off = Duration.ofMillis(Long.parseLong(command.get(1)));
        return List.of();
      }
      case "token" -> {
        return all(command, openid -> fingerprint(oauth.getValidToken(openid)));
      }
      case "user" -> {
        return all(command, openid -> oauth.getUser(openid).openid());
      }
      default -> throw new IllegalArgumentException("unknown command");
    }
  }

  /** Has every thread do it for every user, and counts equal outcomes. */
  private static List<String> all(List<String> command, Function<String, String> task) {
    int threads = Integer.parseInt(command.get(1));
    List<String> openids = command.subList(2, command.size());
    Map<String, Integer> outcomes = Collections.synchronizedMap(new TreeMap<>());
    CountDownLatch ready = new CountDownLatch(threads);
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      List<String> order = new ArrayList<>(openids);
      Collections.shuffle(order, new Random(i));
      Thread thread =
          new Thread(
              () -> {
                awaitAll(ready);
                for (String openid : order) {
                  outcomes.merge(openid + " " + outcome(task, openid), 1, Integer::sum);
                }
              });
      thread.start();
      running.add(thread);
    }
    running.forEach(ClusterNode::join);
    return outcomes.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList();
  }

  private static String outcome(Function<String, String> task, String openid) {
    try {
      return "ok " + task.apply(openid);
    } catch (RuntimeException e) {
      return "error " + e.getClass().getSimpleName();
    }
  }

  /** What tells two tokens apart without showing them. */
  static String fingerprint(OAuthToken token) {
    return Integer.toHexString(String.valueOf(token.accessToken()).hashCode())
        + "-"
        + token.createAt();
  }

  private static void awaitAll(CountDownLatch ready) {
    ready.countDown();
    try {
      ready.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class MovableClock extends Clock {
    private volatile Duration off = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(off);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.offset(Clock.system(zone), off);
    }
  }
}
