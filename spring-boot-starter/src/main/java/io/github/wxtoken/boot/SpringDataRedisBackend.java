package io.github.wxtoken.boot;

import io.github.wxtoken.store.TokenStore;
import io.lettuce.core.AbstractRedisClient;
import java.util.List;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Keeps tokens in Redis with the client of a {@link LettuceConnectionFactory}. The factory makes
 * another client when its context is stopped and started again, so the store is then opened again.
 */
final class SpringDataRedisBackend implements StoreBackend {
  private final CandidateBeans beans;
  private final RedisStores stores;

  SpringDataRedisBackend(CandidateBeans beans, RedisStores stores) {
    this.beans = beans;
    this.stores = stores;
  }

  @Override
  public List<StoreCandidate> candidates() {
    return beans.namesOf(RedisConnectionFactory.class).stream()
        .map(name -> new StoreCandidate(name, "RedisConnectionFactory", () -> open(name)))
        .toList();
  }

  private TokenStore open(String name) {
    LettuceConnectionFactory factory = lettuce(name);
    return ReopeningTokenStore.of(
        () -> stores.open(factory.getRequiredNativeClient()), () -> client(factory));
  }

  private static AbstractRedisClient client(LettuceConnectionFactory factory) {
    return factory.getRequiredNativeClient();
  }

  private LettuceConnectionFactory lettuce(String name) {
    RedisConnectionFactory factory = beans.get(name, RedisConnectionFactory.class);
    if (factory instanceof LettuceConnectionFactory lettuce) {
      return lettuce;
    }
    throw new WeChatConfigurationException(
        "the bean "
            + name
            + " is a "
            + factory.getClass().getSimpleName()
            + ", and the token store"
            + " needs a LettuceConnectionFactory",
        "Set spring.data.redis.client-type=lettuce, or wxtoken.store.url to a redis: or rediss:"
            + " URL.");
  }
}
