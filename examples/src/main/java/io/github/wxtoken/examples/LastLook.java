package io.github.wxtoken.examples;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks the store for each token at the end, and WeChat whether it lives. Thread-safe. */
final class LastLook implements AutoCloseable {
  private final TokenStore store;
  private final WeChatOAuth oauth;
  private final AtomicInteger missing = new AtomicInteger();
  private final AtomicInteger dead = new AtomicInteger();

  LastLook(TokenStore store, WeChatSimulator wechat) {
    this.store = store;
    oauth =
        WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store(store)
            .apiEndpoint(wechat.uri())
            .clock(wechat.clock())
            .build();
  }

  void at(String openid) throws Trouble {
    try {
      Optional<OAuthToken> token = store.getToken(openid);
      if (token.isEmpty()) {
        missing.incrementAndGet();
      } else if (!oauth.verifyToken(openid, String.valueOf(token.get().accessToken()))) {
        dead.incrementAndGet();
      }
    } catch (WeChatOAuthException e) {
      throw new Trouble("the last look: " + e.getMessage());
    }
  }

  /** Users whose token was not in the store. */
  int missing() {
    return missing.get();
  }

  /** Users whose token was in the store, and WeChat did not take it. */
  int dead() {
    return dead.get();
  }

  @Override
  public void close() {
    oauth.close();
  }
}
