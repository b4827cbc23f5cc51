package io.github.wxtoken;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The secret of an app, which may change while the client runs. Thread-safe. */
interface AppSecret {
  /**
   * The errcodes of a wrong secret, from endpoints that are called with one
   * (docs/wechat-protocol.md#app-token).
   */
  Set<Integer> WRONG = Set.of(40001, 40125);

  /**
   * Returns the secret. It may be up to a minute old.
   *
   * @throws IllegalStateException if the app is not served any more
   */
  String current();

  /**
   * Asks for the secret again after WeChat has refused it; empty if it is still the same.
   *
   * @throws IllegalStateException if the app is not served any more
   */
  Optional<String> successorOf(String refused);

  /**
   * Refuses an app that is known to be served no more. Looks nothing up for one that is served.
   *
   * @throws IllegalStateException if the app is not served any more
   */
  default void requireServed() {}

  /** Returns a secret that does not change. */
  static AppSecret fixed(String secret) {
    return new AppSecret() {
      @Override
      public String current() {
        return secret;
      }

      @Override
      public Optional<String> successorOf(String refused) {
        return Optional.empty();
      }
    };
  }

  /**
   * Runs a call to WeChat with the secret, and once more if WeChat refuses the secret and there is
   * another one by now. So a secret that is reset fails no call.
   */
  default <T> T use(Function<String, T> call) {
    String secret = current();
    try {
      return call.apply(secret);
    } catch (WeChatApiException e) {
      if (!WRONG.contains(e.errcode())) {
        throw e;
      }
      return call.apply(successorOf(secret).orElseThrow(() -> e));
    }
  }
}
