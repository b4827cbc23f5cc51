package io.github.wxtoken;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Collects a response body, and fails when it is larger than any answer of WeChat.
 *
 * <p>It may also close the connection. The JDK's client keeps every HTTP/1.1 connection whose
 * answer was read to its end, and has no setting against it. A connection that WeChat closes at the
 * moment at which the next request takes it costs that request: whether WeChat has seen it cannot
 * be known. So this body ends by cancelling its subscription, which closes the connection.
 */
final class AnswerBody implements BodySubscriber<byte[]> {
  /** The maximum number of bytes collected: one more than an answer may have. */
  static final int MAX_BYTES = 64 * 1024 + 1;

  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private final boolean closes;
  private final boolean ignored;
  private final long length;
  private Flow.@Nullable Subscription subscription;

  /**
   * Starts to collect.
   *
   * @param head what came before the body
   * @param closes whether the connection is closed at the end of the body; the body of an answer
   *     with an error status is ignored then
   */
  AnswerBody(HttpResponse.ResponseInfo head, boolean closes) {
    // HTTP/2 streams share a connection, and HTTP/2 reports which requests it has processed.
    this.closes = closes && head.version() == HttpClient.Version.HTTP_1_1;
    ignored = this.closes && head.statusCode() / 100 != 2;
    length =
        head.headers()
            .firstValue("Content-Length")
            .filter(digits -> digits.matches("[0-9]{1,9}"))
            .map(Long::parseLong)
            .orElse(-1L);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    if (ignored || (closes && length == 0)) {
      end();
    } else {
      subscription.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] chunk = new byte[Math.min(buffer.remaining(), MAX_BYTES - bytes.size())];
      buffer.get(chunk);
      bytes.writeBytes(chunk);
    }
    if (bytes.size() == MAX_BYTES || (closes && isWhole())) {
      end();
    }
  }

  /** A body in chunks does not tell its length, but WeChat answers with one JSON object. */
  private boolean isWhole() {
    if (length >= 0) {
      return bytes.size() >= length;
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    return text.stripTrailing().endsWith("}") && Json.isObject(text);
  }

  private void end() {
    body.complete(bytes.toByteArray());
    if (subscription != null) {
      subscription.cancel();
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
