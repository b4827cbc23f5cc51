package io.github.wxtoken;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The body of a request that is not sent again; empty for a GET. Where a connection closes before
 * the first byte of the answer, the JDK's client sends a GET once more, on a fresh connection as
 * well as on a reused one, and there is no setting against it. But each time it sends a request by
 * HTTP/1.1, it asks for the length of the body (JDK 17 to 25).
 */
final class SentOnce implements HttpRequest.BodyPublisher {
  static final String REFUSED = "closed before an answer; not sent again";

  private final HttpRequest.BodyPublisher body;
  private final AtomicInteger sent = new AtomicInteger();

  SentOnce(HttpRequest.BodyPublisher body) {
    this.body = body;
  }

  @Override
  public long contentLength() {
    if (sent.getAndIncrement() > 0) {
      throw new UncheckedIOException(new IOException(REFUSED));
    }
    return body.contentLength();
  }

  /** Tells whether the JDK wanted to send the request again. */
  boolean wasRefused() {
    return sent.get() > 1;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(subscriber);
  }
}
