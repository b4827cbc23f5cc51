package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * This authorization code was exchanged before, in another process of the cluster or elsewhere. The
 * first exchange most likely signed the user in: look for their session before asking them to
 * authorize again.
 */
public final class CodeAlreadyUsedException extends ReauthorizationRequiredException {

  /**
   * Makes the exception.
   *
   * @param message who exchanged the code, as far as known, without the code
   * @param cause WeChat's {@link WeChatApiException}, or null
   */
  public CodeAlreadyUsedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
