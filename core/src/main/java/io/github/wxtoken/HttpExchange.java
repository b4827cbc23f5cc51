package io.github.wxtoken;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One GET, from connecting to the last byte of the body, within one deadline. ({@link
 * HttpRequest.Builder#timeout} ends with the headers: a body that never ends would hang for ever.)
 *
 * <p>The URI carries secrets and is in no message.
 */
final class HttpExchange {
  /** A logger of the JDK that writes every URI at DEBUG; a library cannot silence it. */
  static final String JDK_LOGGER = "jdk.internal.httpclient.debug";

  /** With it the JDK was asked to write requests, URIs included, at INFO. */
  static final String JDK_PROPERTY = "jdk.httpclient.HttpClient.log";

  private static final Logger log = LoggerFactory.getLogger(WeChatOAuth.class);
  private static final int MAX_BYTES = 64 * 1024;

  private final HttpClient http;
  private final Duration timeout;
  private final Map<String, String> headers;
  private final ClockSkew skew;

  HttpExchange(HttpClient http, Duration timeout, Map<String, String> headers, ClockSkew skew) {
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
   * without a charset (protocol, section 1).
   *
   * @param uri where, with its query
   * @param what the path, for messages
   * @throws WeChatTransportException if no 2xx answer of at most 64 KiB arrives in time
   */
  String get(URI uri, String what) {
    return answer(HttpRequest.newBuilder(uri).GET(), what);
  }

  /**
   * Gets as {@link #get} does, what must reach WeChat once at the most: a code is single-use, and
   * refreshes are counted.
   */
  String getOnce(URI uri, String what) {
    // By the version that SentOnce is proven for, whatever the application's client prefers.
    return answer(
        HttpRequest.newBuilder(uri)
            .method("GET", new SentOnce())
            .version(HttpClient.Version.HTTP_1_1),
        what);
  }

  private String answer(HttpRequest.Builder request, String what) {
    headers.forEach(request::setHeader);
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request.build(), head -> new BoundedBody());
    HttpResponse<byte[]> response = await(exchange, what);
    skew.check(response.headers());
    if (response.statusCode() / 100 != 2) {
      throw new WeChatTransportException(
          "WeChat answered " + what + " with HTTP status " + response.statusCode(), null);
    }
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private <T> T await(CompletableFuture<T> exchange, String what) {
    try {
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new WeChatTransportException(
          "WeChat did not answer " + what + " within " + timeout.toMillis() + " ms", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeChatTransportException("interrupted while waiting for WeChat's " + what, e);
    } catch (ExecutionException e) {
      throw new WeChatTransportException("WeChat could not be asked for " + what, e.getCause());
    } finally {
      // Aborts the exchange if it is not done: its connection must not live on.
      exchange.cancel(true);
    }
  }

  /**
   * No body, for a request that is not sent again. Where a connection closes before the first byte
   * of the answer, the JDK's client sends a GET once more, on a fresh connection as well as on a
   * reused one, and there is no setting against it. But each time it sends a request by HTTP/1.1,
   * it asks for the length of the body (JDK 17 to 25).
   */
  private static final class SentOnce implements HttpRequest.BodyPublisher {
    private final AtomicBoolean sent = new AtomicBoolean();

    @Override
    public long contentLength() {
      if (sent.getAndSet(true)) {
        throw new UncheckedIOException(new IOException("closed before an answer; not sent again"));
      }
      return 0;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      HttpRequest.BodyPublishers.noBody().subscribe(subscriber);
    }
  }

  /** Collects a body, and gives up where it gets larger than any answer of WeChat's. */
  private static final class BoundedBody implements BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        byte[] chunk = new byte[Math.min(buffer.remaining(), MAX_BYTES + 1 - bytes.size())];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
      }
      if (bytes.size() > MAX_BYTES && subscription != null) {
        subscription.cancel();
        body.completeExceptionally(new IOException("a body of more than 64 KiB"));
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }
  }
}
