package io.github.wxtoken.micrometer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits how many values a tag has: the first ones are kept, and every further one becomes {@value
 * #OTHER}. Each value of a tag is a time series in the monitoring system, for as long as the
 * process runs. Thread-safe.
 */
final class TagValues {
  static final String OTHER = "other";

  private final int limit;
  private final Set<String> kept = ConcurrentHashMap.newKeySet();

  TagValues(int limit) {
    this.limit = limit;
  }

  /** Threads that add values at the same moment may keep a few more than the limit. */
  String limited(String value) {
    if (kept.contains(value)) {
      return value;
    }
    if (kept.size() >= limit) {
      return OTHER;
    }
    kept.add(value);
    return value;
  }
}
