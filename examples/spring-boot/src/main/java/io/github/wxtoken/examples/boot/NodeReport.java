package io.github.wxtoken.examples.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The work of a node since it started, by the meters of {@code wxtoken-micrometer}.
 *
 * @param node its name
 * @param startedAt when it started, in milliseconds since 1970
 * @param signIns callbacks that signed a user in
 * @param refreshes tokens of users that this node refreshed
 * @param leaseWaits waits for a refresh by another node
 * @param appFetches fetches of the app's own token and tickets
 * @param casLost compare-and-sets that another node's write preceded
 * @param failures operations of the store that failed
 * @param store operations of the store
 * @param weChat calls to WeChat
 */
record NodeReport(
    String node,
    long startedAt,
    long signIns,
    long refreshes,
    long leaseWaits,
    long appFetches,
    long casLost,
    long failures,
    Latencies store,
    Latencies weChat) {

  static NodeReport of(String node, long startedAt, MeterRegistry registry) {
    return new NodeReport(
        node,
        startedAt,
        timed(registry, "wxtoken.callbacks", "outcome", "signed_in"),
        timed(registry, "wxtoken.refreshes", "outcome", "refreshed"),
        Latencies.of(registry.find("wxtoken.lease.waits").timers()).count(),
        Latencies.of(registry.find("wxtoken.app.fetches").timers()).count(),
        counted(registry, "wxtoken.cas.lost"),
        failures(registry),
        Latencies.of(registry.find("wxtoken.store.operations").timers()),
        Latencies.of(registry.find("wxtoken.wechat.calls").timers()));
  }

  private static long timed(MeterRegistry registry, String name, String tag, String value) {
    return Latencies.of(registry.find(name).tag(tag, value).timers()).count();
  }

  private static long failures(MeterRegistry registry) {
    String operations = "wxtoken.store.operations";
    return Latencies.of(registry.find(operations).timers()).count()
        - timed(registry, operations, "exception", "none");
  }

  private static long counted(MeterRegistry registry, String name) {
    return Math.round(registry.find(name).counters().stream().mapToDouble(Counter::count).sum());
  }

  /**
   * How long something took.
   *
   * @param count how often it was done
   * @param buckets how often it took at most so long
   */
  record Latencies(long count, List<Bucket> buckets) {
    /**
     * One bar of a cumulative histogram.
     *
     * @param millis the longest time of the bucket
     * @param count how often it took no longer than that
     */
    record Bucket(double millis, double count) {}

    static Latencies of(Collection<Timer> timers) {
      Map<Double, Double> sums = new TreeMap<>();
      for (Timer timer : timers) {
        for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
          sums.merge(bucket.bucket(TimeUnit.MILLISECONDS), bucket.count(), Double::sum);
        }
      }
      List<Bucket> buckets =
          sums.entrySet().stream().map(sum -> new Bucket(sum.getKey(), sum.getValue())).toList();
      return new Latencies(timers.stream().mapToLong(Timer::count).sum(), buckets);
    }
  }
}
