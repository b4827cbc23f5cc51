package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuth;

/**
 * Changes the client that the starter builds. A bean of this type is called after the properties
 * have been applied, such as to pass an HTTP client with a proxy.
 */
@FunctionalInterface
public interface WeChatOAuthBuilderCustomizer {

  /**
   * Changes the builder.
   *
   * @param builder the builder with all that the properties say
   */
  void customize(WeChatOAuth.Builder builder);
}
