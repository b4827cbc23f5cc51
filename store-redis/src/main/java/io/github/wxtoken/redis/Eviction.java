package io.github.wxtoken.redis;

import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of a server that may drop tokens when its memory is full. */
final class Eviction {
  private static final Logger LOG = LoggerFactory.getLogger(RedisTokenStore.class);
  private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:([a-z-]+)");

  private Eviction() {}

  static void warn(Redis redis) {
    Redis.Operation operation = redis.begin("connect to every master", "");
    for (StatefulRedisConnection<String, Value> master : operation.masters()) {
      try {
        String info = operation.read(commands -> master.async().info("memory"));
        Matcher policy = POLICY.matcher(info);
        if (policy.find() && !policy.group(1).equals("noeviction")) {
          LOG.warn(
              "Redis may drop tokens when its memory is full: its maxmemory-policy is {}, set it to"
                  + " noeviction",
              policy.group(1));
          return;
        }
      } catch (TokenStoreException e) {
        // Most likely the user has no right to INFO, and does not need it.
        LOG.debug("{}", e.getMessage());
      }
    }
  }
}
