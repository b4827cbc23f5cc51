package io.github.wxtoken.examples;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads each token from the store at the end, and asks WeChat whether it is valid. Thread-safe. */
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

  /** Returns the number of users without a token in the store. */
  int missing() {
    return missing.get();
  }

  /** Returns the number of users whose token in the store WeChat did not accept. */
  int dead() {
    return dead.get();
  }

  @Override
  public void close() {
    oauth.close();
  }
}
