package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * This authorization code was exchanged before, in another process of the cluster or elsewhere. The
 * first exchange most likely signed the user in: look for their session before asking them to
 * authorize again.
 */
public final class CodeAlreadyUsedException extends ReauthorizationRequiredException {

  CodeAlreadyUsedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
