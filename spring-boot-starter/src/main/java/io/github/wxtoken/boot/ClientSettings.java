package io.github.wxtoken.boot;

import io.github.wxtoken.ClientBuilder;
import io.github.wxtoken.RefreshPolicy;
import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;

/** The settings that the clients of one app and of several apps share. */
final class ClientSettings {
  private final WeChatProperties properties;
  private final TokenStore store;
  private final List<WeChatOAuthListener> listeners;

  ClientSettings(
      WeChatProperties properties,
      TokenStore store,
      ObjectProvider<WeChatOAuthListener> listeners) {
    this.properties = properties;
    this.store = store;
    this.listeners = listeners.orderedStream().toList();
  }

  /**
   * Sets store, times and listeners.
   *
   * @throws IllegalArgumentException if a time is out of its range
   */
  void applyTo(ClientBuilder<?> builder) {
    builder
        .store(store)
        .httpTimeout(properties.httpTimeout())
        .refreshPolicy(policy())
        .listener(listeners.size() == 1 ? listeners.get(0) : ListenerGroup.of(listeners));
  }

  /** A lease outlasts the call and the operations of the store around it; see docs/design.md. */
  private RefreshPolicy policy() {
    Duration lease =
        properties.httpTimeout().plus(properties.store().timeout().multipliedBy(3)).plusSeconds(1);
    return new RefreshPolicy(
        properties.refreshAhead(), properties.store().timeout(), lease, lease.plus(lease));
  }
}
