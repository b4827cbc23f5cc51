package io.github.wxtoken.boot;

import io.github.wxtoken.ClientBuilder;
import io.github.wxtoken.WeChatApps;
import io.github.wxtoken.WeChatOAuth;
import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The WeChat that clients are for: the real one, the one of the properties, or the simulator.
 *
 * @param api the server that clients call, or null for WeChat's
 * @param open the server that users are sent to, or null for WeChat's
 * @param clock the clock that clients go by, or null for the system's
 */
record WeChatEndpoints(@Nullable URI api, @Nullable URI open, @Nullable Clock clock) {

  void applyTo(WeChatOAuth.Builder builder) {
    applyShared(builder);
    if (open != null) {
      builder.openEndpoint(open);
    }
  }

  void applyTo(WeChatApps.Builder builder) {
    applyShared(builder);
    if (open != null) {
      builder.openEndpoint(open);
    }
  }

  private void applyShared(ClientBuilder<?> builder) {
    if (api != null) {
      builder.apiEndpoint(api);
    }
    if (clock != null) {
      builder.clock(clock);
    }
  }
}
