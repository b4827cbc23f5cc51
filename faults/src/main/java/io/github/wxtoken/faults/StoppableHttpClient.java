package io.github.wxtoken.faults;

import io.github.wxtoken.simulator.Endpoint;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * A client that can hold its callers when a refresh has been requested, and when it is answered.
 */
final class StoppableHttpClient extends HttpClient {
  private static final Set<String> REFRESHES =
      Set.of(Endpoint.REFRESH.path(), Endpoint.STABLE_TOKEN.path(), Endpoint.TOKEN.path());

  private final HttpClient client;
  private final Stops stops;

  StoppableHttpClient(HttpClient client, Stops stops) {
    this.client = client;
    this.stops = stops;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    CompletableFuture<HttpResponse<T>> sent = client.sendAsync(request, handler);
    if (!REFRESHES.contains(request.uri().getPath())) {
      return sent;
    }
    stops.at(Point.BEFORE_ANSWER);
    return new Answer<>(sent);
  }

  /** Holds the thread that receives the answer, not the one that delivers it. */
  private final class Answer<T> extends CompletableFuture<T> {
    private final CompletableFuture<T> sent;

    Answer(CompletableFuture<T> sent) {
      this.sent = sent;
    }

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      T answer = sent.get(timeout, unit);
      stops.at(Point.AFTER_ANSWER);
      return answer;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      return sent.cancel(mayInterrupt);
    }
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    return client.sendAsync(request, handler, pushes);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }
}
