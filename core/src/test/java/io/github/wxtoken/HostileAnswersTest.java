package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.MemoryTokenStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever a peer or a proxy answers, nothing that an application can print holds a secret: not
 * what we sent, which a hostile peer echoes, and not what it sent. The JDK's client quotes both in
 * its exceptions.
 */
@Tag("faults")
class HostileAnswersTest {
  /** Every secret holds it, so that a part of one is found, too. */
  private static final String MARK = "HostileCanary";

  private static final String SECRET = "5ec/" + MARK + "+app=1";
  private static final String CODE = "0c1/" + MARK + "+code=2";
  private static final String REFRESH_TOKEN = "59_" + MARK + "-refresh_3";
  private static final String ACCESS_TOKEN = "59_" + MARK + "-access_4";
  private static final String ANSWERED = "59_" + MARK + "-answered_5";

  private static final List<String> STATUS_LINES =
      List.of(
          "HTTP/1.1 200 OK",
          "HTTP/1.1 200 %s",
          "HTTP/1.1 %s",
          "HTTP/1.1 2%s OK",
          "HTTP/1.1 -200 %s",
          "HTTP/1.1 99999999999 %s",
          "HTTP/1.1 100 %s",
          "HTTP/1.1 101 %s",
          "HTTP/1.1 204 %s",
          "HTTP/1.1 302 %s",
          "HTTP/1.1 401 %s",
          "HTTP/1.1 407 %s",
          "HTTP/1.1 502 %s",
          "HTTP/1.0 200 %s",
          "HTTP/2 200 %s",
          "HTTP/%s 200 OK",
          "%s",
          "%s HTTP/1.1 200 OK",
          "\u0000%s",
          "SSH-2.0-%s",
          "<html>%s</html>",
          "");

  private static final List<String> HEADERS =
      List.of(
          "X: y",
          "%s",
          ": %s",
          "X %s: y",
          "X-%s: \u0000",
          "X: \u0007%s",
          "X: %s\rX: y",
          " %s",
          "\t: %s",
          "Content-Length: %s",
          "Content-Length: -%s",
          "Content-Length: 99999999999999999999",
          "Content-Length: 5\r\nContent-Length: %s",
          "Content-Length: 3",
          "Content-Length: 0",
          "Transfer-Encoding: %s",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nContent-Length: 9%s",
          "Content-Encoding: %s",
          "Content-Type: text/plain; charset=%s",
          "Date: %s",
          "Location: http://%s/",
          "Connection: %s",
          "Set-Cookie: %s",
          "Trailer: %s",
          "WWW-Authenticate: %s",
          "Proxy-Authenticate: Basic realm=%s",
          "X: " + "%s".repeat(1_000));

  private static final List<String> BODIES =
      List.of(
          "{\"access_token\":\"%s\",\"expires_in\":7200,\"openid\":\"OID\"}",
          "{\"access_token\":\"%s\",\"expires_in\":\"%s\",\"openid\":\"OID\"}",
          "{\"access_token\":\"%s\",\"openid\":\"%s\",\"session_key\":[\"%s\"]}",
          "{\"access_token\":\"%s",
          "{\"errcode\":40029,\"errmsg\":\"invalid code %s, rid: 65a33cd8-023106e1-2dc7e2f6\"}",
          "{\"errcode\":-1,\"errmsg\":\"GET %s\",\"access_token\":\"%s\"}",
          "{\"errcode\":\"%s\",\"errmsg\":\"%s\"}",
          "%s",
          "\ufeff%s",
          "%s\r\n%s\r\n0\r\n\r\n",
          "5;%s\r\n%s",
          "ffffffff\r\n%s",
          "-5\r\n%s",
          "5\r\n12345%s\r\n",
          "\u001f\u008b%s",
          "\u00ff\u00fe%s",
          "",
          "%s".repeat(700));

  private final CannedServer peer = new CannedServer();
  private final LogCapture log = LogCapture.ofEverything();
  private final List<WeChatOAuth> clients =
      List.of(client(peer.uri(), null), client(peer.uri(), proxy()), client(https(), proxy()));
  private final List<String> written = new ArrayList<>();
  private int failures;

  @AfterEach
  void close() throws IOException {
    clients.forEach(WeChatOAuth::close);
    peer.close();
    log.close();
  }

  private HttpClient proxy() {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.uri().getPort());
    return HttpClient.newBuilder().proxy(ProxySelector.of(address)).build();
  }

  private static URI https() {
    return URI.create("https://wechat.invalid");
  }

  private static WeChatOAuth client(URI endpoint, @Nullable HttpClient http) {
    WeChatOAuth.Builder builder =
        WeChatOAuth.builder("wxhostile", SECRET)
            .apiEndpoint(endpoint)
            .store(new MemoryTokenStore())
            .httpTimeout(Duration.ofMillis(500));
    return http == null ? builder.build() : builder.httpClient(http).build();
  }

  @Test
  void noMalformedAnswerBringsASecretIntoAnExceptionOrALog() {
    List<String> answers = answers();
    int calls = 0;
    for (String answer : answers) {
      answersWith(answer, calls % 3 == 0);
      WeChatOAuth client = clients.get(calls % clients.size());
      String code = CODE + calls++;
      call(() -> client.getAccessToken(code));
      call(other(client, calls));
    }
    assertThat(answers).hasSizeGreaterThan(200);
    assertThat(failures).isGreaterThan(answers.size());
    written.addAll(log.lines());
    assertThat(written)
        .noneMatch(text -> text.toLowerCase(Locale.ROOT).contains(MARK.toLowerCase(Locale.ROOT)));
  }

  private static Callable<Object> other(WeChatOAuth client, int number) {
    return switch (number % 3) {
      case 0 -> () -> client.refreshAccessToken(REFRESH_TOKEN);
      case 1 -> () -> client.verifyToken("OID", ACCESS_TOKEN);
      default -> () -> client.getSessionKey(CODE + "-mini-" + number);
    };
  }

  /** Each part with sound others, then a mixture of all that is the same in each run. */
  private static List<String> answers() {
    List<String> answers = new ArrayList<>();
    STATUS_LINES.forEach(line -> answers.add(answer(line, "Content-Length: 9", BODIES.get(4))));
    HEADERS.forEach(header -> answers.add(answer(STATUS_LINES.get(0), header, BODIES.get(0))));
    BODIES.forEach(body -> answers.add(answer(STATUS_LINES.get(0), "X: y", body)));
    BODIES.forEach(
        body -> answers.add(answer(STATUS_LINES.get(0), "Transfer-Encoding: chunked", body)));
    Random random = new Random(12);
    for (int i = 0; i < 120; i++) {
      answers.add(answer(any(STATUS_LINES, random), any(HEADERS, random), any(BODIES, random)));
    }
    return answers;
  }

  private static String any(List<String> parts, Random random) {
    return parts.get(random.nextInt(parts.size()));
  }

  private static String answer(String line, String header, String body) {
    return line + "\r\n" + header + "\r\n\r\n" + body;
  }

  /** Sends the peer's own secret in each place, or all that the request had, as it stood there. */
  private void answersWith(String answer, boolean echo) {
    peer.does(
        connection -> {
          List<CannedServer.Request> requests = peer.requests();
          CannedServer.Request last = requests.get(requests.size() - 1);
          String secret = echo ? last.method() + " " + last.target() : ANSWERED;
          connection
              .getOutputStream()
              .write(answer.replace("%s", secret).getBytes(StandardCharsets.ISO_8859_1));
          return false;
        });
  }

  private void call(Callable<Object> call) {
    try {
      written.add(String.valueOf(call.call()));
    } catch (WeChatOAuthException e) {
      failures++;
      see(e);
    } catch (Exception e) {
      throw new AssertionError("not one of ours", e);
    }
  }

  private void see(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    written.add(trace.toString());
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>(List.of(thrown));
    while (!chain.isEmpty()) {
      Throwable next = chain.remove(chain.size() - 1);
      if (seen.add(next)) {
        written.add(next + "\n" + next.getMessage() + "\n" + next.getLocalizedMessage());
        chain.addAll(List.of(next.getSuppressed()));
        if (next.getCause() != null) {
          chain.add(next.getCause());
        }
      }
    }
  }
}
