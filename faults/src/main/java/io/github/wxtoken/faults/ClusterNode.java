package io.github.wxtoken.faults;

import io.github.wxtoken.AppAccessToken;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
 *   <li>{@code now}: answers {@link System#nanoTime()};
 *   <li>{@code clock MILLIS}: sets how far its clock is off the system's;
 *   <li>{@code arm POINT}: says {@code at POINT} for each thread that comes there, and holds it;
 *   <li>{@code token THREADS OPENID…}: each thread gets a valid token of every user, in an order of
 *       its own; answers how often which token, or which error, came of it;
 *   <li>{@code user THREADS OPENID…}: the same with profiles;
 *   <li>{@code each OPENID…}: the same with a thread for each user that gets that user's token;
 *   <li>{@code app THREADS}: each thread gets the app's own access token;
 *   <li>{@code keep}: remembers the app's access token for {@code late};
 *   <li>{@code late THREADS}: each thread says that WeChat has refused the remembered token;
 *   <li>{@code use THREADS}: each thread calls an API with the app's access token, and repeats the
 *       call if WeChat refuses the token; answers WeChat's errcodes;
 *   <li>{@code try THREADS}: the same without a repetition;
 *   <li>{@code store off}, {@code store on}: the store fails, and works again;
 *   <li>{@code verify STATE BINDING CODE…}: a thread for each code verifies the state with it;
 *       answers what came of each code: {@code first}, {@code repeat} or an error.
 * </ul>
 *
 * <p>{@code release} is answered by nothing, and may come while a command runs: it lets go whom
 * {@code arm} holds.
 *
 * <p>Tokens are answered as fingerprints: this output ends up in logs.
 */
final class ClusterNode {
  private final WeChatOAuth oauth;
  private final RecordingTokenStore store;
  private final MovableClock clock;
  private final Stops stops;
  private final FailingTokenStore.Failure failure;
  private final AppTokenApi api;
  private volatile AppAccessToken kept = new AppAccessToken("none", Instant.EPOCH);

  private ClusterNode(
      WeChatOAuth oauth,
      RecordingTokenStore store,
      MovableClock clock,
      Stops stops,
      FailingTokenStore.Failure failure,
      AppTokenApi api) {
    this.oauth = oauth;
    this.store = store;
    this.clock = clock;
    this.stops = stops;
    this.failure = failure;
    this.api = api;
  }

  /** Runs until standard input ends; the environment names store, simulator and keys. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // Logs go to standard error.
    MovableClock clock = new MovableClock();
    Stops stops = new Stops(point -> answers.println("at " + point));
    Times times = Times.fromText(environment("WXTOKEN_TIMES"));
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI weChat = URI.create(environment("WXTOKEN_WECHAT"));
    FailingTokenStore.Failure failure = new FailingTokenStore.Failure();
    KeyRing keys = KeyRing.fromText(environment("WXTOKEN_KEYS"));
    try (TokenStore opened = TokenStores.open(environment("WXTOKEN_STORE"));
        RecordingTokenStore store =
            new RecordingTokenStore(
                new FailingTokenStore(keys.view(opened), failure),
                environment("WXTOKEN_NODE"),
                History.writer(Path.of(environment("WXTOKEN_HISTORY"))),
                stops);
        WeChatOAuth oauth =
            WeChatOAuth.builder(environment("WXTOKEN_APPID"), environment("WXTOKEN_SECRET"))
                .store(store)
                .apiEndpoint(weChat)
                .clock(clock)
                .httpClient(new StoppableHttpClient(http, stops))
                .httpTimeout(times.http())
                .refreshPolicy(times.policy())
                .build();
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      AppTokenApi api = new AppTokenApi(http, weChat);
      ClusterNode node = new ClusterNode(oauth, store, clock, stops, failure, api);
      answers.println("done");
      for (String line; (line = commands.readLine()) != null; ) {
        List<String> command = Arrays.asList(line.split(" ", -1));
        if (line.equals("release")) {
          stops.release();
        } else {
          new Thread(() -> node.answer(command, answers)).start();
        }
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

  /** Answers on a separate thread, because {@code release} must be read meanwhile. */
  private void answer(List<String> command, PrintStream answers) {
    run(command).forEach(answers::println);
    answers.println("done");
  }

  private List<String> run(List<String> command) {
    switch (command.get(0)) {
      case "now" -> {
        return List.of(Long.toString(System.nanoTime()));
      }
      case "clock" -> {
        clock.off = Duration.ofMillis(Long.parseLong(command.get(1)));
        return List.of();
      }
      case "arm" -> {
        stops.arm(Point.valueOf(command.get(1)));
        return List.of();
      }
      case "token" -> {
        return all(inAnyOrder(command), this::token);
      }
      case "user" -> {
        return all(inAnyOrder(command), openid -> oauth.getUser(openid).openid());
      }
      case "each" -> {
        return all(command.stream().skip(1).map(List::of).toList(), this::token);
      }
      case "app" -> {
        return everyThread(command, app -> fingerprint(app.getAccessToken()));
      }
      case "keep" -> {
        kept = oauth.app().getAccessToken();
        return List.of();
      }
      case "late" -> {
        AppAccessToken refused = kept;
        return everyThread(command, app -> fingerprint(app.invalidate(refused)));
      }
      case "use" -> {
        return everyThread(command, app -> Integer.toString(app.call(api::menu, code -> code)));
      }
      case "try" -> {
        return everyThread(command, app -> Integer.toString(api.menu(app.getAccessToken())));
      }
      case "store" -> {
        failure.ofEverything = command.get(1).equals("off");
        return List.of();
      }
      case "verify" -> {
        return all(
            command.stream().skip(3).map(List::of).toList(),
            code -> verify(command.get(1), command.get(2), code));
      }
      default -> throw new IllegalArgumentException("unknown command");
    }
  }

  private List<String> everyThread(List<String> command, Function<WeChatApp, String> task) {
    int threads = Integer.parseInt(command.get(1));
    return all(Collections.nCopies(threads, List.of("app")), name -> task.apply(oauth.app()));
  }

  private static String fingerprint(AppAccessToken token) {
    return Integer.toHexString(token.value().hashCode());
  }

  private String token(String openid) {
    return Operation.fingerprint(store.call(openid, () -> oauth.getValidToken(openid)));
  }

  private String verify(String state, String visitor, String code) {
    return oauth.verifyState(state, visitor, code).isRepeat() ? "repeat" : "first";
  }

  /** Returns the users for each thread, in an order of its own. */
  private static List<List<String>> inAnyOrder(List<String> command) {
    List<List<String>> orders = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(command.get(1)); i++) {
      List<String> order = new ArrayList<>(command.subList(2, command.size()));
      Collections.shuffle(order, new Random(i));
      orders.add(order);
    }
    return orders;
  }

  /** Runs the task in one thread per list, for each element, and counts equal outcomes. */
  private static List<String> all(List<List<String>> orders, Function<String, String> task) {
    Map<String, Integer> outcomes = Collections.synchronizedMap(new TreeMap<>());
    CountDownLatch ready = new CountDownLatch(orders.size());
    List<Thread> running = new ArrayList<>();
    for (List<String> order : orders) {
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
