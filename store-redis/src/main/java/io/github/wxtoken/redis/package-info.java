/**
 * Stores tokens in Redis or Valkey. {@link io.github.wxtoken.redis.RedisTokenStore} is the only
 * class to use; {@code redis:}, {@code redis-sentinel:} and {@code redis-cluster:} URLs, and {@code
 * rediss:}, {@code rediss-sentinel:} and {@code rediss-cluster:} URLs with TLS, open it through
 * {@link io.github.wxtoken.store.TokenStores#open}.
 */
@NullMarked
package io.github.wxtoken.redis;

import org.jspecify.annotations.NullMarked;
