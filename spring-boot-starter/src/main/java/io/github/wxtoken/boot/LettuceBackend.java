package io.github.wxtoken.boot;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps tokens in Redis with a {@link RedisClient} or {@link RedisClusterClient} of the
 * application.
 */
final class LettuceBackend implements StoreBackend {
  private final CandidateBeans beans;
  private final RedisStores stores;

  LettuceBackend(CandidateBeans beans, RedisStores stores) {
    this.beans = beans;
    this.stores = stores;
  }

  @Override
  public List<StoreCandidate> candidates() {
    return Stream.of(RedisClient.class, RedisClusterClient.class).flatMap(this::of).toList();
  }

  private Stream<StoreCandidate> of(Class<? extends AbstractRedisClient> type) {
    return beans.namesOf(type).stream()
        .map(
            name ->
                new StoreCandidate(
                    name, type.getSimpleName(), () -> stores.open(beans.get(name, type))));
  }
}
