package io.github.wxtoken.redis;

import java.util.List;

/** The URL schemes of this store. This class can be loaded without Lettuce. */
final class Schemes {
  private static final List<String> CLUSTER = List.of("redis-cluster:", "rediss-cluster:");
  private static final List<String> OTHERS =
      List.of("redis:", "rediss:", "redis-sentinel:", "rediss-sentinel:");

  private Schemes() {}

  static boolean accepts(String url) {
    return isCluster(url) || OTHERS.stream().anyMatch(url::startsWith);
  }

  static boolean isCluster(String url) {
    return CLUSTER.stream().anyMatch(url::startsWith);
  }
}
