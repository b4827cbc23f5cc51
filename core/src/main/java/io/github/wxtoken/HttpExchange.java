package io.github.wxtoken;

import io.github.wxtoken.store.RedactedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, from connecting to the last byte of the body, within one deadline. ({@link
 * HttpRequest.Builder#timeout} ends with the headers: a body that never ends would hang for ever.)
 *
 * <p>The URI carries secrets and is in no message. The JDK's exceptions quote the URI and the
 * peer's text, so they are passed on as copies without messages.
 */
final class HttpExchange {
  /** A logger of the JDK that writes every URI at DEBUG; a library cannot silence it. */
  static final String JDK_LOGGER = "jdk.internal.httpclient.debug";

  /** With it the JDK was asked to write requests, URIs included, at INFO. */
  static final String JDK_PROPERTY = "jdk.httpclient.HttpClient.log";

  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);
  private static final String UNRESOLVED =
      ": this machine cannot resolve the host name of WeChat's API. Check its DNS";
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  private final String app;
  private final Supplier<HttpClients> http;
  private final Duration timeout;
  private final Map<String, String> headers;
  private final ClockSkew skew;

  /** Paths below which no more challenge is expected. */
  private final Set<String> authenticated = ConcurrentHashMap.newKeySet();

  /**
   * Prepares calls.
   *
   * @param appid the app, for messages
   */
  HttpExchange(
      String appid,
      Supplier<HttpClients> http,
      Duration timeout,
      Map<String, String> headers,
      ClockSkew skew) {
    this.app = " (app " + Printable.line(appid) + ")";
    this.http = http;
    this.timeout = timeout;
    this.headers = headers;
    this.skew = skew;
    if (System.getLogger(JDK_LOGGER).isLoggable(System.Logger.Level.DEBUG)) {
      log.warn("The JDK logs URLs, which carry secrets: set the logger {} to INFO", JDK_LOGGER);
    }
    if (System.getProperty(JDK_PROPERTY) != null) {
      log.warn("The JDK logs URLs, which carry secrets: start it without -D{}", JDK_PROPERTY);
    }
  }

  /**
   * Gets a text, decoded as UTF-8 whatever its header says: WeChat sends JSON as {@code text/plain}
   * without a charset (docs/wechat-protocol.md#http-and-json).
   *
   * @param uri where, with its query
   * @param what the path, for messages
   * @throws WeChatTransportException if no 2xx answer of at most 64 KiB arrives in time
   */
  String get(URI uri, String what) {
    Deadline deadline = Deadline.in(timeout);
    HttpRequest request = request(uri, deadline, what).build();
    HttpClients clients = http.get();
    return text(exchange(clients.pooled(), request, clients.keepsNothing(), deadline, what), what);
  }

  /**
   * Gets as {@link #get} does, but sends the request at most once: a code is single-use, and
   * refreshes are counted. It goes over a connection of its own. A connection that was kept alive
   * may be closed by WeChat while the request is on its way, and the request would be lost.
   */
  String getOnce(URI uri, String what) {
    return once(uri, what, "GET", HttpRequest.BodyPublishers.noBody(), Map.of());
  }

  /**
   * Posts JSON and gets a text, as {@link #getOnce} does.
   *
   * @param json the body, which may carry secrets
   */
  String postOnce(URI uri, String what, String json) {
    Map<String, String> type = Map.of("Content-Type", "application/json");
    return once(uri, what, "POST", HttpRequest.BodyPublishers.ofString(json), type);
  }

  private String once(
      URI uri,
      String what,
      String method,
      HttpRequest.BodyPublisher body,
      Map<String, String> more) {
    Deadline deadline = Deadline.in(timeout);
    if (http.get().fresh().authenticator().isPresent() && !authenticated.contains(what)) {
      authenticate(uri, what, deadline);
    }
    SentOnce once = new SentOnce(body);
    HttpRequest.Builder builder = request(uri, deadline, what).method(method, once);
    more.forEach(builder::setHeader);
    HttpRequest request =
        builder
            // The version that SentOnce is proven for, whatever the application's client prefers.
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    try {
      return text(exchange(http.get().fresh(), request, true, deadline, what), what);
    } catch (WeChatTransportException e) {
      if (once.wasRefused()) {
        authenticated.remove(what); // perhaps it was a challenge after all: a new password
        throw unasked(what + app, new IOException(SentOnce.REFUSED));
      }
      throw e;
    }
  }

  /**
   * Asks the same path without a query, so that a proxy or a gateway asks for its password. The JDK
   * answers that by sending the request again, which looks here like a repetition after a closed
   * connection. From then on it sends the password at once.
   */
  private void authenticate(URI uri, String what, Deadline deadline) {
    HttpRequest request = request(uri.resolve(uri.getRawPath()), deadline, what).build();
    HttpResponse<byte[]> response = exchange(http.get().fresh(), request, true, deadline, what);
    requireNoChallenge(response.statusCode(), what);
    authenticated.add(what);
  }

  private HttpRequest.Builder request(URI uri, Deadline deadline, String what) {
    boolean unknownToJava = uri.getHost() == null;
    URI addressed = unknownToJava ? addressed(uri, deadline, what) : uri;
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(addressed).GET();
      headers.forEach(request::setHeader);
      if (unknownToJava) {
        nameHost(request, uri);
      }
      return request;
    } catch (IllegalArgumentException e) {
      throw failed(what, e);
    }
  }

  /** Resolves the name on another thread, so that a DNS without an answer ends at the deadline. */
  private URI addressed(URI uri, Deadline deadline, String what) {
    return await(CompletableFuture.supplyAsync(() -> ApiEndpoint.addressed(uri)), deadline, what);
  }

  /** Java allows this header only if it was started to. */
  private static void nameHost(HttpRequest.Builder request, URI uri) {
    try {
      request.setHeader("Host", ApiEndpoint.hostHeader(uri));
    } catch (IllegalArgumentException e) {
      // The server gets its numeric address.
    }
  }

  private HttpResponse<byte[]> exchange(
      HttpClient client, HttpRequest request, boolean closes, Deadline deadline, String what) {
    CompletableFuture<HttpResponse<byte[]>> exchange;
    try {
      exchange = client.sendAsync(request, head -> new AnswerBody(head, closes));
    } catch (RuntimeException e) {
      throw failed(what, e);
    }
    HttpResponse<byte[]> response = await(exchange, deadline, what);
    skew.check(response.headers());
    return response;
  }

  private String text(HttpResponse<byte[]> response, String what) {
    int status = response.statusCode();
    requireNoChallenge(status, what);
    if (status / 100 != 2) {
      throw new WeChatTransportException(
          "WeChat answered " + what + " with HTTP status " + status + app, null);
    }
    byte[] body = response.body();
    if (body.length == AnswerBody.MAX_BYTES) {
      throw unasked(what + app, new IOException("a body of more than 64 KiB"));
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private void requireNoChallenge(int status, String what) {
    if (status == PROXY_AUTHENTICATION_REQUIRED) {
      throw new WeChatTransportException(
          "WeChat could not be asked for "
              + what
              + app
              + ": the proxy asks for a password (HTTP status 407). Pass it with the proxy to the"
              + " builder, or an httpClient with an authenticator that knows it; for https, also"
              + " start Java with -Djdk.http.auth.tunneling.disabledSchemes=",
          null);
    }
  }

  private <T> T await(CompletableFuture<T> exchange, Deadline deadline, String what) {
    try {
      return exchange.get(deadline.nanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new WeChatTransportException(
          "WeChat did not answer " + what + " within " + timeout.toMillis() + " ms" + app, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeChatTransportException("interrupted while waiting for WeChat's " + what + app, e);
    } catch (ExecutionException | CancellationException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw failed(what, why);
    } finally {
      // Aborts the exchange if it is not done: its connection must not live on.
      exchange.cancel(true);
    }
  }

  private WeChatTransportException failed(String what, Throwable foreign) {
    return unasked(what + app + reason(foreign), RedactedException.of(foreign));
  }

  private static WeChatTransportException unasked(String what, Exception why) {
    return new WeChatTransportException("WeChat could not be asked for " + what, why);
  }

  /** By type: the JDK's texts may quote the URI. */
  private static String reason(Throwable why) {
    if (why.getCause() instanceof UnknownHostException) {
      return UNRESOLVED;
    }
    if (why instanceof HttpConnectTimeoutException || why instanceof ConnectException) {
      return why.getCause() instanceof UnresolvedAddressException
          ? UNRESOLVED
          : ": no connection to WeChat's API. Check this machine's network, firewall and proxy";
    }
    if (why instanceof SSLException) {
      return ": TLS with WeChat's API failed. Check the JVM's trust store, and whether a proxy"
          + " exchanges certificates";
    }
    return "";
  }
}
