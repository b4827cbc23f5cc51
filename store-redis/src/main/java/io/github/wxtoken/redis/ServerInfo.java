package io.github.wxtoken.redis;

import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer of each master to INFO. A user without the right to INFO does not need it: then
 * nothing is known.
 */
record ServerInfo(List<String> masters) {
  private static final Logger LOG = LoggerFactory.getLogger(RedisTokenStore.class);
  private static final Pattern REDIS = Pattern.compile("(?m)^redis_version:([0-9.]+)");
  private static final Pattern VALKEY = Pattern.compile("(?m)^valkey_version:([0-9.]+)");
  private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:([a-z-]+)");

  /** Connects to every master and asks it. */
  static ServerInfo of(Redis redis) {
    List<String> answers = new ArrayList<>();
    Redis.Operation operation = redis.begin("connect to every master", "");
    for (StatefulRedisConnection<byte[], byte[]> master : operation.masters()) {
      try {
        answers.add(operation.read(commands -> master.async().info()));
      } catch (TokenStoreException e) {
        LOG.debug("{}", e.getMessage());
      }
    }
    return new ServerInfo(answers);
  }

  /** Warns of a server that may drop tokens when its memory is full. */
  void warnOfEviction() {
    masters.stream()
        .map(POLICY::matcher)
        .filter(Matcher::find)
        .map(policy -> eviction(policy.group(1)))
        .filter(finding -> finding.severity() == StoreFinding.Severity.WARNING)
        .findFirst()
        .ifPresent(finding -> LOG.warn("{}. Run {}", finding.what(), finding.remedy()));
  }

  /** Says what a server with this policy does to tokens when its memory is full. */
  static StoreFinding eviction(String policy) {
    return policy.equals("noeviction")
        ? StoreFinding.ok("the server drops no tokens when its memory is full")
        : StoreFinding.warning(
            "Redis may drop tokens when its memory is full: its maxmemory-policy is " + policy,
            "CONFIG SET maxmemory-policy noeviction");
  }

  /** Returns the product and its version, such as {@code Redis 8.0.6}. */
  String product() {
    String first = masters.isEmpty() ? "" : masters.get(0);
    // Valkey also reports the version of Redis that it is compatible with.
    Matcher valkey = VALKEY.matcher(first);
    Matcher redis = REDIS.matcher(first);
    return valkey.find()
        ? "Valkey " + valkey.group(1)
        : "Redis" + (redis.find() ? " " + redis.group(1) : "");
  }
}
