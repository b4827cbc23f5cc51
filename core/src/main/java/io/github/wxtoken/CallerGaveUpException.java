package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/** One caller's deadline is over, or it was interrupted: nothing that others should be told. */
final class CallerGaveUpException extends WeChatTransportException {

  CallerGaveUpException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
