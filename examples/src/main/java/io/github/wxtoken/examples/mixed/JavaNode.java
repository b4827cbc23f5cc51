package io.github.wxtoken.examples.mixed;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatApiException;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.examples.OffsetClock;
import io.github.wxtoken.examples.mixed.Member.Answer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One Java process of a mixed cluster. It uses the same protocol as {@code process.js}. */
final class JavaNode implements AutoCloseable {
  private static final int THREADS = 16;

  private final TokenStore store;
  private final WeChatOAuth oauth;
  private final OffsetClock clock = new OffsetClock(Duration.ZERO);

  JavaNode(TokenStore store, String appid, String secret, URI wechat) {
    this.store = store;
    oauth =
        WeChatOAuth.builder(appid, secret).store(store).apiEndpoint(wechat).clock(clock).build();
  }

  /** Runs until standard input ends; the environment names store, WeChat and app. */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // Output of a library must not get between the answers.
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (TokenStore store = TokenStores.open(environment("STORE_URL"));
        JavaNode node =
            new JavaNode(
                store,
                environment("APPID"),
                environment("SECRET"),
                URI.create(environment("WECHAT")));
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      answers.println("0 ok ready");
      for (String line; (line = commands.readLine()) != null; ) {
        String[] parts = line.split(" ", -1);
        threads.execute(() -> node.answer(answers, parts));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void answer(PrintStream answers, String[] parts) {
    Answer answer = answer(parts[1], parts[2]);
    answers.println(parts[0] + (answer.ok() ? " ok " : " error ") + answer.text());
  }

  Answer answer(String command, String argument) {
    try {
      return new Answer(true, run(command, argument));
    } catch (WeChatApiException e) {
      return new Answer(false, e.getClass().getSimpleName() + ":" + e.errcode());
    } catch (RuntimeException e) {
      // Without the message, because the receiver prints the answer.
      return new Answer(false, e.getClass().getSimpleName());
    }
  }

  private String run(String command, String argument) {
    return switch (command) {
      case "clock" -> {
        clock.set(Duration.ofMillis(Long.parseLong(argument)));
        yield "set";
      }
      case "login" -> oauth.getAccessToken(argument).openid();
      case "user" -> oauth.getUser(argument).openid();
      case "refresh" -> oauth.refreshAccessToken(refreshToken(argument)).openid();
      case "token" -> fingerprint(stored(argument));
      case "all" -> {
        try (Stream<OAuthToken> tokens = store.tokens()) {
          yield tokens.map(OAuthToken::openid).sorted().collect(Collectors.joining(","));
        }
      }
      default -> throw new IllegalArgumentException("unknown command");
    };
  }

  private OAuthToken stored(String openid) {
    return store.getToken(openid).orElseThrow();
  }

  private String refreshToken(String openid) {
    return Objects.requireNonNull(stored(openid).refreshToken());
  }

  private static String fingerprint(OAuthToken token) {
    byte[] text = Objects.requireNonNull(token.accessToken()).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException("the environment lacks " + name);
    }
    return value;
  }

  /** Closes only the client; the store stays open. */
  @Override
  public void close() {
    oauth.close();
  }
}
