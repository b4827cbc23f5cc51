/**
 * Tokens in Redis or Valkey. {@link io.github.wxtoken.redis.RedisTokenStore} is all there is to
 * use; {@code redis:}, {@code rediss:}, {@code redis-sentinel:} and {@code redis-cluster:} URLs
 * open it through {@link io.github.wxtoken.TokenStores#open}.
 */
@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
