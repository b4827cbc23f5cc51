package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * Signals that one caller's deadline has expired or that it was interrupted. Other callers do not
 * get this exception.
 */
final class CallerGaveUpException extends WeChatTransportException {

  CallerGaveUpException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
