package io.github.wxtoken.redis;

import io.github.wxtoken.faults.FreePorts;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.faults.TlsRelay;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** The servers that tests run against, and how tests look into them past the store. */
final class Servers {
  static final String REDIS_IMAGE = "redis:8";

  static final TestServer REDIS = server("redis", REDIS_IMAGE);
  static final TestServer VALKEY = server("valkey", "valkey/valkey:9");

  /** A server that accepts only TLS, if a container is available. */
  static final TestServer TLS = tls();

  private static final String PASSWORD = "CANARY-password";
  private static @Nullable TlsRelay relay;

  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;

  static final TestServer CLUSTER = cluster();

  private static final Map<String, RedisClusterCommands<String, String>> RAW =
      new ConcurrentHashMap<>();

  private Servers() {}

  private static TestServer server(String role, String image) {
    return TestServer.role(role)
        .container(
            () -> new GenericContainer<>(image).withExposedPorts(6379),
            server -> "redis://" + server.getHost() + ":" + server.getMappedPort(6379))
        .embedded(() -> "redis://127.0.0.1:" + startEmbedded(FreePorts.one()))
        .version(Servers::version)
        .build();
  }

  private static TestServer tls() {
    return TestServer.role("redis-tls")
        .container(
            () -> {
              GenericContainer<?> server =
                  new GenericContainer<>(REDIS_IMAGE)
                      .withCommand("redis-server", "/tls/redis.conf")
                      .withCopyToContainer(
                          Transferable.of(
                              "port 0\n"
                                  + "tls-port 6379\n"
                                  + "tls-auth-clients no\n"
                                  + "protected-mode no\n"
                                  + "save \"\"\n"
                                  + "requirepass "
                                  + PASSWORD
                                  + "\ntls-cert-file /tls/GOOD.pem\ntls-key-file /tls/GOOD.key\n"),
                          "/tls/redis.conf")
                      .withExposedPorts(6379);
              for (TestCertificate certificate : TestCertificate.values()) {
                String file = "/tls/" + certificate;
                server
                    .withCopyToContainer(Transferable.of(certificate.chain()), file + ".pem")
                    .withCopyToContainer(Transferable.of(certificate.key()), file + ".key");
              }
              return server;
            },
            server -> tlsUrl(server.getHost(), server.getMappedPort(6379)))
        .embedded(
            () -> {
              int port = startEmbedded(FreePorts.one(), "requirepass " + PASSWORD);
              relay = new TlsRelay(InetSocketAddress.createUnresolved("127.0.0.1", port));
              relay.present(TestCertificate.GOOD);
              return tlsUrl("127.0.0.1", relay.port());
            })
        .version(Servers::version)
        .build();
  }

  /** For looking into the server, whatever certificate it shows. */
  private static String tlsUrl(String host, int port) {
    return "rediss://:" + PASSWORD + "@" + host + ":" + port + "?verifyPeer=NONE";
  }

  /** Has the server that speaks TLS show another certificate. */
  static void present(TestCertificate certificate) {
    RedisClusterCommands<String, String> server = raw(TLS.url());
    if (relay != null) {
      relay.present(certificate);
    } else {
      server.configSet(
          Map.of(
              "tls-cert-file", "/tls/" + certificate + ".pem",
              "tls-key-file", "/tls/" + certificate + ".key"));
    }
  }

  /** Three masters in one container, which know themselves by the address that we know them by. */
  private static TestServer cluster() {
    List<Integer> ports = FreePorts.several(MASTERS);
    return TestServer.role("redis-cluster")
        .container(
            () -> {
              GenericContainer<?> servers =
                  new GenericContainer<>(REDIS_IMAGE)
                      .withCommand("sh", "-c", startMasters(ports))
                      .withExposedPorts(ports.toArray(Integer[]::new))
                      .waitingFor(Wait.forListeningPorts(toArray(ports)));
              servers.setPortBindings(ports.stream().map(port -> port + ":" + port).toList());
              return servers;
            },
            servers -> formCluster(ports))
        .embedded(
            () -> {
              for (int port : ports) {
                startEmbedded(
                    port,
                    "cluster-enabled yes",
                    "cluster-config-file "
                        + Files.createTempDirectory("wxtoken").resolve("nodes.conf"));
              }
              return formCluster(ports);
            })
        .version(url -> version(url) + ", " + MASTERS + " masters")
        .build();
  }

  private static String startMasters(List<Integer> ports) {
    return IntStream.range(0, MASTERS)
            .mapToObj(
                i ->
                    "redis-server --bind 0.0.0.0 --protected-mode no --save '' --port "
                        + ports.get(i)
                        + " --cluster-enabled yes --cluster-announce-ip 127.0.0.1"
                        + " --cluster-config-file nodes"
                        + i
                        + ".conf &")
            .collect(Collectors.joining(" "))
        + " wait";
  }

  private static int[] toArray(List<Integer> ports) {
    return ports.stream().mapToInt(port -> port).toArray();
  }

  private static String formCluster(List<Integer> ports) {
    RedisClient client = RedisClient.create();
    try {
      for (int i = 0; i < MASTERS; i++) {
        int from = SLOTS * i / MASTERS;
        int to = SLOTS * (i + 1) / MASTERS;
        try (StatefulRedisConnection<String, String> master =
            client.connect(RedisURI.create("127.0.0.1", ports.get(i)))) {
          master.sync().clusterAddSlots(IntStream.range(from, to).toArray());
          master.sync().clusterMeet("127.0.0.1", ports.get(0));
        }
      }
      for (int port : ports) {
        awaitCluster(client, port);
      }
    } finally {
      client.shutdown();
    }
    return "redis-cluster://"
        + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  private static void awaitCluster(RedisClient client, int port) {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    try (StatefulRedisConnection<String, String> master =
        client.connect(RedisURI.create("127.0.0.1", port))) {
      while (true) {
        String info = master.sync().clusterInfo();
        if (info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + MASTERS)) {
          return;
        }
        if (System.nanoTime() > end) {
          throw new IllegalStateException("the masters do not find each other: " + info);
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  static int startEmbedded(int port, String... settings) throws IOException {
    return startEmbedded(Files.createTempDirectory("wxtoken-redis"), port, settings);
  }

  static int startEmbedded(Path directory, int port, String... settings) throws IOException {
    RedisServerBuilder builder =
        RedisServer.newRedisServer()
            .port(port)
            .setting("save \"\"")
            .setting("bind 127.0.0.1")
            .setting("dir " + directory);
    for (String setting : settings) {
      builder.setting(setting);
    }
    RedisServer server = builder.build();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.stop();
                  } catch (IOException e) {
                    // it ends with this process
                  }
                },
                "stop-redis-" + port));
    server.start();
    return port;
  }

  static String version(String url) {
    String info = raw(url).info("server");
    return info.contains("valkey_version:")
        ? "Valkey " + field(info, "valkey_version")
        : "Redis " + field(info, "redis_version");
  }

  static String field(String info, String name) {
    return info.replaceFirst("(?s).*\\b" + name + ":([^\\r\\n]*).*", "$1");
  }

  /** The URL of a store on keys of its own. */
  static InetSocketAddress address(String url) {
    URI uri = URI.create(url);
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  /** A proxy before a server. */
  static TcpProxy proxy(String url) throws IOException {
    return new TcpProxy(address(url));
  }

  /** The URL of the server behind a proxy. */
  static String url(TcpProxy proxy) {
    return "redis://127.0.0.1:" + proxy.port();
  }

  static String withPrefix(String url, String prefix) {
    return url + "?wxtoken.timeout=20000&wxtoken.prefix=" + prefix;
  }

  /** A connection past the store, open until the JVM exits. */
  static RedisClusterCommands<String, String> raw(String url) {
    return RAW.computeIfAbsent(
        url,
        any ->
            url.startsWith("redis-cluster:")
                ? clusterClient(url).connect().sync()
                : RedisClient.create(url).connect().sync());
  }

  static RedisClusterClient clusterClient(String url) {
    return RedisClusterClient.create(
        RedisClusterURIUtil.toRedisURIs(URI.create(url.replaceFirst("-cluster", ""))));
  }

  /** Deletes the tokens and leases of a store. */
  static void clear(String url, String prefix) {
    for (String pattern : List.of(prefix + "*", "lease:" + prefix + "*")) {
      List<String> keys = keys(url, pattern);
      for (int from = 0; from < keys.size(); from += 500) {
        List<String> some = keys.subList(from, Math.min(from + 500, keys.size()));
        raw(url).del(some.toArray(String[]::new));
      }
    }
  }

  static List<String> keys(String url, String pattern) {
    List<String> keys = new ArrayList<>();
    ScanArgs args = ScanArgs.Builder.matches(pattern).limit(1_000);
    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<String> page = raw(url).scan(cursor, args);
      keys.addAll(page.getKeys());
      cursor = page;
    } while (!cursor.isFinished());
    return keys;
  }
}
