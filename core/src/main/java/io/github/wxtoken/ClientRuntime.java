package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The resources that clients share, whether they are of one app or of thousands: the store, the
 * HTTP clients and the threads. Threads are made when there is work, and end when there is none for
 * 10 seconds. Closed once. Thread-safe.
 */
final class ClientRuntime {
  private final URI apiEndpoint;
  private final URI openEndpoint;
  private final Map<String, String> headers;
  private final Duration httpTimeout;
  private final Clock clock;
  private final RefreshPolicy policy;
  private final Duration appTokenCopy;
  private final @Nullable WeChatOAuthListener listener;
  private final boolean ownsStore;
  private final TokenStore store;
  private final Supplier<HttpClients> http;
  private final ClockSkew skew;
  private final Workers refreshes;
  private final Workers exchanges;
  private final Workers appTokens;
  private final Workers tickets;
  private final TokenSaver saver = new TokenSaver();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Copies the settings, opens the store and prepares the rest.
   *
   * @throws IllegalArgumentException if times do not fit together, or the store's URL is wrong
   * @throws TokenStoreException if the store cannot be reached or used
   */
  ClientRuntime(ClientBuilder<?> from) {
    apiEndpoint = from.apiEndpoint;
    openEndpoint = from.openEndpoint;
    Egress egress = Egress.of(from.apiEndpoint, from.httpClient, from.proxy, from.headers);
    headers = egress.headers();
    http = egress.http();
    httpTimeout = from.httpTimeout;
    clock = from.clock;
    policy = from.fittingPolicy();
    appTokenCopy = from.appTokenCopy;
    listener = from.listener;
    ownsStore = from.opensStore();
    store = from.openStore();
    skew = new ClockSkew(from.clock);
    Events anyApp = new Events("", from.listener);
    refreshes = new Workers("refresh", anyApp);
    exchanges = new Workers("exchange", anyApp);
    appTokens = new Workers("app-token", anyApp);
    // Apart from those that fetch access tokens, since a ticket's fetch waits for a token's.
    tickets = new Workers("ticket", anyApp);
  }

  /** Returns the store as it was given or opened, for all apps. */
  TokenStore store() {
    return store;
  }

  /** Tells whether two functions replace the store. */
  boolean hooks() {
    return store instanceof HookTokenStore;
  }

  HttpExchange exchange(String appid) {
    return new HttpExchange(appid, http, httpTimeout, headers, skew.of(events(appid)));
  }

  URI apiEndpoint() {
    return apiEndpoint;
  }

  URI openEndpoint() {
    return openEndpoint;
  }

  Duration httpTimeout() {
    return httpTimeout;
  }

  RefreshPolicy policy() {
    return policy;
  }

  Clock clock() {
    return clock;
  }

  Duration appTokenCopy() {
    return appTokenCopy;
  }

  Events events(String appid) {
    return new Events(appid, listener);
  }

  Workers refreshes() {
    return refreshes;
  }

  Workers exchanges() {
    return exchanges;
  }

  Workers appTokens() {
    return appTokens;
  }

  Workers tickets() {
    return tickets;
  }

  UnsavedTokens unsaved(TokenStore of, Events events) {
    return new UnsavedTokens(of, events, saver);
  }

  void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("this client is closed");
    }
  }

  /**
   * Lets calls to WeChat that are under way finish, saves what waits to be saved, and closes the
   * store if it was opened here. A second call does nothing.
   *
   * @return whether this call closed it
   */
  boolean close() {
    if (!closed.compareAndSet(false, true)) {
      return false;
    }
    List<Workers> all = List.of(refreshes, exchanges, tickets, appTokens);
    all.forEach(Workers::shutdown);
    Deadline ended =
        Deadline.in(httpTimeout.plus(policy.storeTimeout()).plus(policy.storeTimeout()));
    all.forEach(workers -> workers.awaitEnd(ended));
    saver.close();
    if (ownsStore()) {
      store.close();
    }
    return true;
  }

  boolean ownsStore() {
    return ownsStore;
  }
}
