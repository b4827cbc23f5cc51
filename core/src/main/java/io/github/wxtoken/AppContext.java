package io.github.wxtoken;

import io.github.wxtoken.store.TokenStore;
import java.time.Clock;

/**
 * The parts that the two clients of one app share: {@link WeChatOAuth} for its users, and {@link
 * WeChatApp} for its own credentials. Thread-safe.
 */
final class AppContext {
  private final String appid;
  private final AppSecret secret;
  private final ClientRuntime runtime;
  private final Events events;
  private final TokenStore store;
  private final WeChatCalls calls;
  private final UnsavedTokens unsaved;

  /**
   * Prepares the parts.
   *
   * @param store the part of the runtime's store that has the records of this app
   */
  AppContext(String appid, AppSecret secret, ClientRuntime runtime, TokenStore store) {
    this.appid = appid;
    this.secret = secret;
    this.runtime = runtime;
    this.events = runtime.events(appid);
    this.store = events.observed(store);
    this.calls =
        new WeChatCalls(appid, runtime.apiEndpoint(), runtime.exchange(appid), this.events);
    this.unsaved = runtime.unsaved(this.store, events);
  }

  String appid() {
    return appid;
  }

  AppSecret secret() {
    return secret;
  }

  ClientRuntime runtime() {
    return runtime;
  }

  Clock clock() {
    return runtime.clock();
  }

  Events events() {
    return events;
  }

  TokenStore store() {
    return store;
  }

  WeChatCalls calls() {
    return calls;
  }

  /** Makes a refresher of one kind of credential. Each has its own memory of failures. */
  TokenRefresher refresher(
      CredentialSource source, Failures failures, Workers workers, RefreshPolicy policy) {
    return new TokenRefresher(
        store,
        source,
        failures,
        unsaved,
        workers,
        events,
        policy,
        runtime.httpTimeout(),
        clock(),
        runtime.hooks());
  }

  /**
   * Refuses a call of a client that is closed, or of an app that is not served any more.
   *
   * @throws IllegalStateException if it is
   */
  void requireOpen() {
    runtime.requireOpen();
    secret.requireServed();
  }

  /**
   * Closes the runtime of a client that is its only one.
   *
   * @return whether this call closed it
   */
  boolean close() {
    return runtime.close();
  }
}
