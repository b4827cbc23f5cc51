package io.github.wxtoken.examples;

import io.github.wxtoken.simulator.Consent;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Switch;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs a cluster of {@link Node}s against a simulator of WeChat, with many concurrent users, tokens
 * that expire at the same time, and a node that is killed meanwhile. Then reports whether wxtoken
 * kept its guarantees.
 */
final class ClusterDemo {
  /** The text that {@link Switch#FOUR_BYTE_NICKNAME} adds to a nickname. */
  static final String EMOJI = "\uD83D\uDE00";

  /** While the answer is in transit, the refresh is done and the store does not have it yet. */
  private static final Duration WAY_OF_AN_ANSWER = Duration.ofMillis(20);

  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final Options options;
  private final PrintStream out;
  private final Path folder;
  private final String storeUrl;

  private ClusterDemo(Options options, PrintStream out, Path folder) {
    this.options = options;
    this.out = out;
    this.folder = folder;
    storeUrl =
        options.store() != null
            ? options.store()
            : "jdbc:sqlite:" + folder.resolve("tokens.db") + "?wxtoken.createSchema=true";
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    // The encoding of the terminal is not always that of the system.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(List.of(args), out));
  }

  /** Returns the exit status. */
  static int run(List<String> arguments, PrintStream out) throws IOException, InterruptedException {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      return MISUSED;
    }
    if (options.help()) {
      out.print(Options.USAGE);
      return PASSED;
    }
    Path folder = Files.createTempDirectory("wxtoken-demo-");
    int status = new ClusterDemo(options, out, folder).run();
    if (status == FAILED) {
      out.println("  The logs of the nodes are kept in " + folder);
    } else {
      delete(folder);
    }
    return status;
  }

  private int run() throws InterruptedException {
    TokenStore store;
    try {
      store = TokenStores.open(storeUrl);
    } catch (IllegalArgumentException | TokenStoreException e) {
      out.println("The store cannot be opened: " + e.getMessage());
      return MISUSED;
    }
    try (store;
        WeChatSimulator wechat = wechat();
        Cluster cluster = new Cluster(environment(wechat), folder)) {
      return run(store, wechat, cluster);
    } catch (IOException | TokenStoreException e) {
      out.println("The demo cannot go on: " + e.getMessage());
      return FAILED;
    }
  }

  private int run(TokenStore store, WeChatSimulator wechat, Cluster cluster)
      throws IOException, InterruptedException {
    Thread abandon = new Thread(() -> abandon(cluster));
    Runtime.getRuntime().addShutdownHook(abandon);
    long start = System.nanoTime();
    try (Progress progress = new Progress(out)) {
      out.println("wxtoken cluster demo");
      progress.begin("start", options.nodes());
      cluster.start(options.nodes());
      progress.end(options.nodes() + " nodes and a simulated WeChat");
      Tally tally = new Tally();
      Scenario scenario = new Scenario(options, wechat, cluster, store, tally, progress);
      Result result = scenario.play();
      List<String> failures = Verdict.failures(result);
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      String label = StoreLabel.of(storeUrl);
      out.print(
          Report.of(options, label, result, tally.latencies(), cluster.metrics(), time, failures));
      if (!failures.isEmpty()) {
        return FAILED;
      }
      // The demo's records would be useless in a user's own store.
      scenario.browsers().forEach(browser -> store.deleteToken(browser.openid()));
      store.deleteToken("app:" + WeChatSimulator.APPID);
      store.deleteToken("ticket:jsapi:" + WeChatSimulator.APPID);
      return PASSED;
    } finally {
      Runtime.getRuntime().removeShutdownHook(abandon);
    }
  }

  private static WeChatSimulator wechat() {
    WeChatSimulator wechat = WeChatSimulator.start();
    wechat.quotas().unlimited();
    wechat.behaviour().consent(Consent.AUTO).set(Switch.FOUR_BYTE_NICKNAME, true);
    wechat.faults().add(Endpoint.REFRESH, Fault.slow(WAY_OF_AN_ANSWER).afterProcessing());
    return wechat;
  }

  private Map<String, String> environment(WeChatSimulator wechat) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return Map.of(
        "WECHAT_URL",
        wechat.uri().toString(),
        "WECHAT_APPID",
        WeChatSimulator.APPID,
        "WECHAT_SECRET",
        WeChatSimulator.SECRET,
        "STORE_URL",
        storeUrl,
        "SESSION_KEY",
        HexFormat.of().formatHex(key),
        // The load balancer's address. In this demo the browsers choose the node themselves.
        "PUBLIC_URL",
        "http://localhost");
  }

  /** On Ctrl-C: ends all processes and deletes the files. */
  private void abandon(Cluster cluster) {
    cluster.abandon();
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // The file is in the temporary folder.
    }
  }
}
