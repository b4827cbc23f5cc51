package io.github.wxtoken.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ServerMonitoringMode;
import com.mongodb.spi.dns.DnsClient;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The target of a URL. Reading it sends no request, except to the name server for {@code
 * mongodb+srv:}.
 */
record Address(MongoClientSettings settings, String database, int poolSize) {
  private static final int DEFAULT_POOL_SIZE = 100;

  /**
   * The driver's monitor uses the same timeout, so it is also the time to notice that a server is
   * reachable again.
   */
  private static final int CONNECT_MILLIS = 3_000;

  private static final int SOCKS_PORT = 1080;

  /**
   * The answers of a name server for a {@code mongodb+srv:} URL that is only parsed: one server,
   * which is not this machine.
   */
  private static final DnsClient NO_DNS =
      (name, type) ->
          type.equals("SRV")
              ? List.of("0 0 27017 server." + name.replaceFirst("^_[^.]*\\._tcp\\.", ""))
              : List.of();

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if the URL or {@code poolSize} is wrong, or if the URL leads
   *     to another machine in plaintext without permission; the message does not show the URL
   * @throws TokenStoreException if its DNS records cannot be read
   */
  static Address of(String url, StoreOptions options) {
    requireTls(parse(url, NO_DNS), options);
    SSLContext trusted = options.caFile().map(Address::context).orElse(null);
    ConnectionString parsed = parse(url, null);
    Integer inUrl = parsed.getMaxConnectionPoolSize();
    int size = options.count("poolSize", inUrl == null || inUrl == 0 ? DEFAULT_POOL_SIZE : inUrl);
    String name = parsed.getDatabase();
    if (name == null) {
      throw new IllegalArgumentException("url must name a database: mongodb://HOST/DATABASE");
    }
    return new Address(settings(parsed, size, trusted), name, size);
  }

  /** Returns the address, for the log. */
  String place() {
    ClusterSettings cluster = settings.getClusterSettings();
    String servers =
        cluster.getSrvHost() != null
            ? cluster.getSrvHost()
            : cluster.getHosts().stream()
                .map(ServerAddress::toString)
                .collect(Collectors.joining(", "));
    return "at " + servers + (settings.getSslSettings().isEnabled() ? " with TLS" : " without TLS");
  }

  private static MongoClientSettings settings(
      ConnectionString parsed, int poolSize, @Nullable SSLContext trusted) {
    try {
      return MongoClientSettings.builder()
          .applyToSocketSettings(
              socket -> socket.connectTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS))
          .applyToServerSettings(server -> server.serverMonitoringMode(monitoring(parsed)))
          // By default the driver opens two connections at a time, and other callers wait for up to
          // two minutes: the driver's timeout of an operation does not include that wait.
          .applyToConnectionPoolSettings(pool -> pool.maxConnecting(poolSize))
          // The options in the URL take precedence.
          .applyConnectionString(parsed)
          .applyToConnectionPoolSettings(pool -> pool.maxSize(poolSize))
          .applyToSslSettings(ssl -> ssl.context(trusted))
          .build();
    } catch (RuntimeException e) {
      // Its message quotes parts of the URL.
      throw new IllegalArgumentException(
          "url has hosts or options that MongoDB's driver refuses, such as a minPoolSize above the"
              + " size of the pool, which is "
              + poolSize);
    }
  }

  /**
   * Returns how the driver monitors its servers. A member of a replica set pushes its changes.
   * Behind a single address, only a polling monitor notices at once which server answers after an
   * error.
   */
  private static ServerMonitoringMode monitoring(ConnectionString parsed) {
    boolean single =
        parsed.getHosts().size() == 1
            && parsed.getRequiredReplicaSetName() == null
            && !parsed.isSrvProtocol();
    return single || Boolean.TRUE.equals(parsed.isDirectConnection())
        ? ServerMonitoringMode.POLL
        : ServerMonitoringMode.AUTO;
  }

  private static void requireTls(ConnectionString parsed, StoreOptions options) {
    if (Boolean.TRUE.equals(parsed.getSslInvalidHostnameAllowed())) {
      throw new IllegalArgumentException(
          "url must not have tlsAllowInvalidHostnames or tlsInsecure, by which TLS does not verify"
              + " who answers; or bring a MongoDatabase of your own");
    }
    if (!Boolean.TRUE.equals(parsed.getSslEnabled())) {
      options.requirePlaintextAllowed(servers(parsed), "tls=true");
    }
  }

  private static List<InetSocketAddress> servers(ConnectionString parsed) {
    List<InetSocketAddress> servers = new ArrayList<>();
    try {
      for (String host : parsed.getHosts()) {
        servers.add(parsed.isSrvProtocol() ? nameOnly("_mongodb._tcp." + host) : server(host));
      }
      if (parsed.getProxyHost() != null) {
        // From the proxy's machine, this machine is another one.
        Integer port = parsed.getProxyPort();
        servers.add(
            InetSocketAddress.createUnresolved(
                parsed.getProxyHost(), port == null ? SOCKS_PORT : port));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("url has hosts that MongoDB's driver refuses");
    }
    return servers;
  }

  private static InetSocketAddress server(String host) {
    if (host.endsWith(".sock")) {
      return nameOnly("localhost"); // The driver's rule: a file on this machine.
    }
    ServerAddress server = new ServerAddress(host);
    return InetSocketAddress.createUnresolved(server.getHost(), server.getPort());
  }

  /**
   * Returns an address without a port, or without one so far: the servers of a DNS record. They are
   * never this machine.
   */
  private static InetSocketAddress nameOnly(String name) {
    return InetSocketAddress.createUnresolved(name, ServerAddress.defaultPort());
  }

  private static SSLContext context(TrustManagerFactory trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static ConnectionString parse(String url, @Nullable DnsClient dns) {
    try {
      return new ConnectionString(url, dns);
    } catch (MongoException e) {
      throw MongoFailure.of("look up the servers of the url", e);
    } catch (RuntimeException e) {
      // Its message quotes parts of the URL.
      throw new IllegalArgumentException(
          "url is not a connection string of MongoDB:"
              + " mongodb://[USER:PASSWORD@]HOST[:PORT]/DATABASE[?OPTIONS]");
    }
  }
}
