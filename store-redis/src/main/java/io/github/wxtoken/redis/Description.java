package io.github.wxtoken.redis;

import io.github.wxtoken.store.TokenStoreException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes a server for the log: product, driver, address, and whether connections use TLS. */
final class Description {
  private static final Pattern REDIS = Pattern.compile("(?m)^redis_version:([0-9.]+)");
  private static final Pattern VALKEY = Pattern.compile("(?m)^valkey_version:([0-9.]+)");
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)*");

  private Description() {}

  /** Asks an open connection. Omits what the server does not report. */
  static String of(Redis redis, Prefix prefix) {
    return "the keys "
        + prefix.text()
        + " of "
        + product(redis)
        + " "
        + redis.place()
        + ", by Lettuce"
        + number(String.valueOf(Driver.version(Driver.class.getClassLoader())));
  }

  private static String product(Redis redis) {
    try {
      Redis.Operation operation = redis.begin("connect", "");
      var first = operation.masters().get(0);
      String info = operation.read(commands -> first.async().info("server"));
      // Valkey also reports the version of Redis that it is compatible with.
      Matcher valkey = VALKEY.matcher(info);
      Matcher version = REDIS.matcher(info);
      return valkey.find()
          ? "Valkey " + valkey.group(1)
          : "Redis" + (version.find() ? " " + version.group(1) : "");
    } catch (TokenStoreException e) {
      return "Redis"; // Most likely the user has no right to INFO, and does not need it.
    }
  }

  private static String number(String version) {
    Matcher number = NUMBER.matcher(version);
    return number.find() ? " " + number.group() : "";
  }
}
