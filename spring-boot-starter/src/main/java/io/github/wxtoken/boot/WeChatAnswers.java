package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuthListener;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Remembers the last error of WeChat and the last difference of the clocks. Thread-safe. */
final class WeChatAnswers implements WeChatOAuthListener {

  /** An error of WeChat, or {@link #NO_ANSWER}. */
  record Failure(Endpoint endpoint, int errcode, Instant at) {}

  private volatile @Nullable Failure lastFailure;
  private volatile @Nullable Duration clockAhead;

  @Override
  public void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {
    if (errcode != 0) {
      lastFailure = new Failure(endpoint, errcode, Instant.now());
    }
  }

  @Override
  public void clockCompared(String appid, Duration ahead) {
    clockAhead = ahead;
  }

  @Nullable Failure lastFailure() {
    return lastFailure;
  }

  @Nullable Duration clockAhead() {
    return clockAhead;
  }
}
