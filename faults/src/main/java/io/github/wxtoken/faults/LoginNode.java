package io.github.wxtoken.faults;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process that receives WeChat's callbacks. For each code on its standard input it answers one
 * line: the number of each outcome when all its threads exchanged it at once. It prints {@code
 * ready} first, and ends when its input ends.
 */
final class LoginNode {
  static final int CALLBACKS = 250;

  private LoginNode() {}

  static Process fork(String storeUrl, WeChatSimulator weChat) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "-Xmx128m", "-XX:TieredStopAtLevel=1", LoginNode.class.getName());
    // Not on the command line: every user of the machine can read it.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_STORE", storeUrl);
    builder.environment().put("WXTOKEN_WECHAT", weChat.uri().toString());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  /** Runs until standard input ends; the environment names store and simulator. */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err); // Logs go to standard error.
    ExecutorService threads = Executors.newFixedThreadPool(CALLBACKS);
    try (WeChatOAuth oauth =
            WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
                .store(System.getenv("WXTOKEN_STORE"))
                .apiEndpoint(URI.create(System.getenv("WXTOKEN_WECHAT")))
                .build();
        BufferedReader codes =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      answers.println("ready");
      for (String code; (code = codes.readLine()) != null; ) {
        answers.println(outcomes(oauth, code, threads));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Map<String, Integer> outcomes(
      WeChatOAuth oauth, String code, ExecutorService threads) throws InterruptedException {
    Map<String, Integer> outcomes = Collections.synchronizedMap(new TreeMap<>());
    CountDownLatch together = new CountDownLatch(CALLBACKS);
    CountDownLatch done = new CountDownLatch(CALLBACKS);
    for (int i = 0; i < CALLBACKS; i++) {
      threads.execute(
          () -> {
            together.countDown();
            outcomes.merge(outcome(oauth, code, together), 1, Integer::sum);
            done.countDown();
          });
    }
    done.await();
    return outcomes;
  }

  private static String outcome(WeChatOAuth oauth, String code, CountDownLatch together) {
    try {
      together.await();
      return fingerprint(oauth.getAccessToken(code));
    } catch (RuntimeException | InterruptedException e) {
      return e.getClass().getSimpleName();
    }
  }

  /** Returns a text that distinguishes two tokens without showing them. */
  static String fingerprint(OAuthToken token) {
    return token.openid() + "-" + token.createAt();
  }
}
