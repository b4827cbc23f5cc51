package io.github.wxtoken.redis;

import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStoreException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what endangers tokens on the masters: eviction, durability, replication, clocks. INFO,
 * CONFIG and TIME need rights that the store needs for nothing else; without one, its check is left
 * out.
 */
final class RedisDiagnosis {
  private final Redis.Operation operation;
  private final StatefulRedisConnection<byte[], byte[]> master;
  private final List<StoreFinding> findings = new ArrayList<>();

  private RedisDiagnosis(
      Redis.Operation operation, StatefulRedisConnection<byte[], byte[]> master) {
    this.operation = operation;
    this.master = master;
  }

  static List<StoreFinding> of(Redis redis) {
    List<StoreFinding> findings = new ArrayList<>();
    for (StatefulRedisConnection<byte[], byte[]> master :
        redis.begin("connect to every master", "").masters()) {
      // An operation for each, since all of them share one deadline otherwise.
      findings.addAll(new RedisDiagnosis(redis.begin("look at the server", ""), master).findings());
    }
    return findings;
  }

  private List<StoreFinding> findings() {
    Optional<String> info = asked(() -> operation.read(commands -> master.async().info()));
    if (info.isEmpty()) {
      findings.add(
          StoreFinding.warning(
              "eviction, durability and replication are not known: the user has no right to INFO",
              "ACL SETUSER USER +info"));
    } else {
      look(info.get());
    }
    asked(this::clock).ifPresent(findings::add);
    return findings;
  }

  private void look(String info) {
    if (field(info, "role").equals("slave")) {
      findings.add(StoreFinding.broken("the server is a replica", "name its master in the URL"));
    }
    findings.add(ServerInfo.eviction(field(info, "maxmemory_policy")));
    String replicas = field(info, "connected_slaves");
    findings.add(StoreFinding.ok("replicas connected: " + replicas));
    findings.add(
        field(info, "aof_enabled").equals("0")
            ? StoreFinding.warning(
                "appendonly is off: a crash of the server loses the writes since its last snapshot",
                "CONFIG SET appendonly yes")
            : appendfsync());
    if (!replicas.equals("0") && config("min-replicas-to-write").equals("0")) {
      findings.add(
          StoreFinding.warning(
              "min-replicas-to-write is 0: a master that has lost its replicas takes writes that a"
                  + " failover loses",
              "CONFIG SET min-replicas-to-write 1"));
    }
  }

  private StoreFinding appendfsync() {
    String mode = config("appendfsync");
    return mode.isEmpty() || mode.equals("always")
        ? StoreFinding.ok("appendonly is on" + (mode.isEmpty() ? "" : ", with appendfsync always"))
        : StoreFinding.warning(
            "appendfsync is " + mode + ": a crash of the machine loses the last writes",
            "CONFIG SET appendfsync always");
  }

  private StoreFinding clock() {
    long before = System.currentTimeMillis();
    List<byte[]> time = operation.read(commands -> master.async().time());
    long server = number(time.get(0)) * 1_000 + number(time.get(1)) / 1_000;
    return StoreFinding.clock(server, before, System.currentTimeMillis());
  }

  private static long number(byte[] digits) {
    return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
  }

  private String config(String name) {
    return asked(() -> operation.read(commands -> master.async().configGet(name)).get(name))
        .orElse("");
  }

  private static String field(String info, String name) {
    Matcher found = Pattern.compile("(?m)^" + name + ":(\\S*)").matcher(info);
    return found.find() ? found.group(1) : "";
  }

  /** Asks; empty if the server refuses. */
  private static <T> Optional<T> asked(Supplier<T> question) {
    try {
      return Optional.ofNullable(question.get());
    } catch (TokenStoreException e) {
      if (RedisFailure.isRefusal(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
