package io.github.wxtoken.redis;

import java.util.List;

/** The URLs that are ours. This class is loaded without Lettuce, too. */
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
