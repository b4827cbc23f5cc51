package io.github.wxtoken.redis;

import io.github.wxtoken.store.StoreOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of a URL, and the certificates to trust there. */
record RedisUrl(List<RedisURI> uris, boolean isCluster, SslOptions ssl) {
  private static final Logger LOG = LoggerFactory.getLogger(RedisTokenStore.class);
  private static final Pattern CLUSTER = Pattern.compile("^(rediss?)-cluster:");

  /** The one parameter of TLS. Lettuce takes it in any case, and the last one if there are two. */
  private static final String VERIFY_PEER = "verifyPeer";

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if it cannot be parsed, leads to another machine without TLS
   *     and does not allow that, or does not say clearly what TLS verifies
   */
  static RedisUrl of(String url, StoreOptions options) {
    boolean isCluster = CLUSTER.matcher(url).lookingAt();
    // Lettuce tells a cluster by the client and not by the scheme.
    URI uri = uri(CLUSTER.matcher(url).replaceFirst("$1:"));
    requireClearTls(uri);
    List<RedisURI> uris = parse(uri, isCluster);
    SslOptions.Builder ssl = SslOptions.builder();
    options.caFile().ifPresent(ssl::trustManager);
    RedisUrl parsed = new RedisUrl(uris, isCluster, ssl.build());
    if (parsed.isTls()) {
      parsed.warnOfWeakTls();
    } else {
      String scheme = url.substring(0, url.indexOf(':'));
      options.requirePlaintextAllowed(
          parsed.servers(), scheme.replaceFirst("redis", "rediss") + ":");
    }
    return parsed;
  }

  private static URI uri(String url) {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw malformed(); // The message of the exception quotes the URL.
    }
  }

  private static List<RedisURI> parse(URI uri, boolean isCluster) {
    List<RedisURI> uris;
    try {
      uris = isCluster ? RedisClusterURIUtil.toRedisURIs(uri) : List.of(RedisURI.create(uri));
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    if (uris.isEmpty() || uris.stream().map(RedisURI::getHost).anyMatch(RedisUrl::isNotOneHost)) {
      throw malformed();
    }
    return uris;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "url must be redis://[[user:]password@]host[:port][/database], or the like with rediss:,"
            + " redis-cluster: and more hosts, or redis-sentinel: and ?sentinelMasterId=NAME;"
            + " other characters than [A-Za-z0-9._~-] in a password must be URL-encoded");
  }

  /**
   * Tells whether Lettuce did not find one host. If the authority is not host and port, Lettuce
   * takes the whole authority as the host's name.
   */
  private static boolean isNotOneHost(@Nullable String host) {
    return host != null && !host.startsWith("[") && (host.contains(":") || host.contains(","));
  }

  /**
   * Refuses a second {@code verifyPeer}, one in another spelling, and one without TLS: the author
   * of such a URL may expect another verification than there would be.
   */
  private static void requireClearTls(URI uri) {
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    List<String> names =
        Stream.of(query.split("[&;]", -1))
            .map(parameter -> parameter.replaceFirst("=.*", ""))
            .filter(VERIFY_PEER::equalsIgnoreCase)
            .toList();
    if (names.size() > 1 || !List.of(VERIFY_PEER).containsAll(names)) {
      throw new IllegalArgumentException(
          "url must have verifyPeer at most once, and in this spelling");
    }
    if (!names.isEmpty() && !uri.getScheme().startsWith("rediss")) {
      throw new IllegalArgumentException(
          "url has verifyPeer, which is for TLS. For TLS, use rediss: in place of redis:; for"
              + " plaintext, remove verifyPeer");
    }
  }

  private void warnOfWeakTls() {
    SslVerifyMode mode = uris.get(0).getVerifyMode();
    if (mode != SslVerifyMode.FULL) {
      LOG.warn(
          "TLS to {} does not verify {}, since the URL has verifyPeer={}: whoever is between can"
              + " read and change tokens. Remove verifyPeer from the URL to verify both certificate"
              + " and host name",
          StoreOptions.names(servers()),
          mode == SslVerifyMode.CA ? "the host name" : "the certificate",
          mode);
    }
  }

  /** Tells whether connections use TLS. */
  boolean isTls() {
    return uris.get(0).isSsl();
  }

  private boolean isSentinel() {
    return !uris.get(0).getSentinels().isEmpty();
  }

  /** Names the server, for messages. */
  String name() {
    String kind = isCluster ? "the Redis cluster at " : "Redis at ";
    return (isSentinel() ? "Redis by Sentinel at " : kind) + StoreOptions.names(servers());
  }

  /** Says where the servers are and whether connections use TLS, for the log. */
  String place() {
    return (isSentinel() ? "by the Sentinel at " : "at ")
        + StoreOptions.names(servers())
        + (isTls() ? " with TLS" : " without TLS");
  }

  private List<InetSocketAddress> servers() {
    return uris.stream()
        .flatMap(uri -> isSentinel() ? uri.getSentinels().stream() : Stream.of(uri))
        .map(server -> InetSocketAddress.createUnresolved(server.getHost(), server.getPort()))
        .toList();
  }
}
