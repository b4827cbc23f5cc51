package io.github.wxtoken;

import java.time.Duration;
import java.time.Instant;

/**
 * A failure that is told again until a time, instead of asking WeChat.
 *
 * @param exception what is thrown
 * @param step for how long it was remembered
 * @param until when it is forgotten, by the client's clock
 */
record RememberedFailure(WeChatOAuthException exception, Duration step, Instant until) {

  void throwIfCurrent(Instant now) {
    // What is further off than its step was remembered before the clock was set back.
    if (now.isBefore(until) && !now.plus(step).isBefore(until)) {
      throw exception;
    }
  }
}
