package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * The user must authorize again: what an application redirects to {@link
 * WeChatOAuth#getAuthorizeURL(String)} on. Where WeChat said so, the cause is its {@link
 * WeChatApiException}.
 */
public class ReauthorizationRequiredException extends WeChatOAuthException {

  ReauthorizationRequiredException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
