package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys a scan finds. */
class ScanTest {
  @RegisterExtension static final TestServer REDIS = Servers.REDIS;
  @RegisterExtension static final TestServer CLUSTER = Servers.CLUSTER;

  static Stream<TestServer> servers() {
    return Stream.of(REDIS, CLUSTER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scan*:", "scan?:", "scan[a-z]:", "scan[^a]:", "scan\\:", "scan{x}:", "~!"})
  void aPrefixIsTakenLiterally(String prefix) {
    RedisClusterCommands<String, String> raw = Servers.raw(REDIS.url());
    String others = Tokens.token("oOther").toJson();
    List<String> foreign = List.of("scanx:oOther", "scana:oOther", "scan:oOther", "xscan*:oOther");
    foreign.forEach(key -> raw.set(key, others));
    try (TokenStore store = open(REDIS, prefix)) {
      store.saveToken("oA", Tokens.token("oA"));

      assertThat(scan(store)).containsExactly(Tokens.token("oA"));

      assertThat(store.deleteToken("oA")).isTrue();
      assertThat(scan(store)).isEmpty();
    }
    assertThat(foreign).allSatisfy(key -> assertThat(raw.get(key)).isEqualTo(others));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void keysOfOthersDoNotAppear(TestServer server) {
    String prefix = "scan-others:";
    Servers.clear(server.url(), prefix);
    RedisClusterCommands<String, String> raw = Servers.raw(server.url());
    raw.set("scan-others", "x");
    raw.set("scan-other:oA", "x");
    raw.set("ascan-others:oA", "x");
    raw.set(prefix, "no openid");
    raw.set(prefix + "with space", "no openid");
    raw.set(prefix + "微信", "no openid");
    raw.set(prefix + "o".repeat(129), "no openid");
    raw.hset(prefix + "a/b", Map.of("no", "openid"));
    try (TokenStore store = open(server, prefix)) {
      store.saveToken("oA", Tokens.token("oA"));
      assertThat(store.tryLease("refresh:oA", Duration.ofMinutes(1))).isPresent();

      assertThat(scan(store)).containsExactly(Tokens.token("oA"));
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void tokensThatStayAppearOnceWhileTheServersTablesGrowAndShrink(TestServer server) {
    String prefix = "scan-rehash:";
    Servers.clear(server.url(), prefix);
    RedisClusterCommands<String, String> raw = Servers.raw(server.url());
    int stay = 3_000;
    for (int from = 0; from < stay; from += 500) {
      raw.mset(values(prefix, "o", from, 500));
    }
    List<String> seen = new ArrayList<>();
    try (TokenStore store = open(server, prefix);
        Stream<OAuthToken> tokens = store.tokens()) {
      int step = 0;
      for (Iterator<OAuthToken> rest = tokens.iterator(); rest.hasNext(); step++) {
        seen.add(rest.next().openid());
        if (step % 500 == 0) {
          // Grows the tables at every second of these steps, and shrinks them at the others.
          Map<String, String> come = values(prefix, "x" + step, 0, 4_000);
          raw.mset(come);
          if (step % 1_000 == 0) {
            Servers.clear(server.url(), prefix + "x");
          }
        }
      }
    }

    assertThat(seen).doesNotHaveDuplicates();
    assertThat(seen).containsAll(IntStream.range(0, stay).mapToObj(i -> "o" + i).toList());
    Servers.clear(server.url(), prefix);
  }

  @Test
  void aScanAsksNothingBeforeItIsRead() {
    TokenStore store = open(REDIS, "scan-lazy:");
    Stream<OAuthToken> tokens = store.tokens();
    store.close();

    tokens.close();
  }

  private static Map<String, String> values(String prefix, String name, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> name + i)
        .collect(Collectors.toMap(id -> prefix + id, id -> Tokens.token(id).toJson()));
  }

  private static TokenStore open(TestServer server, String prefix) {
    return TokenStores.open(
        Servers.withPrefix(server.url(), URLEncoder.encode(prefix, StandardCharsets.UTF_8)));
  }

  private static List<OAuthToken> scan(TokenStore store) {
    try (Stream<OAuthToken> tokens = store.tokens()) {
      return tokens.toList();
    }
  }
}
