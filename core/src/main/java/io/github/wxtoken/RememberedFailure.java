package io.github.wxtoken;

import java.time.Duration;
import java.time.Instant;

/**
 * A failure that callers get until a time, instead of a call to WeChat.
 *
 * @param exception what is thrown
 * @param step for how long it was remembered
 * @param until when it is forgotten, by the client's clock
 */
record RememberedFailure(WeChatOAuthException exception, Duration step, Instant until) {

  void throwIfCurrent(Instant now) {
    // A time later than now plus the step means that the clock was set back since.
    if (now.isBefore(until) && !now.plus(step).isBefore(until)) {
      throw exception;
    }
  }
}
