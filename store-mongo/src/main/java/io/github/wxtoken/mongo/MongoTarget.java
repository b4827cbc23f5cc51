package io.github.wxtoken.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import com.mongodb.UnixServerAddress;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ProxySettings;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of a URL. Reading it sends no request, except to the name server for {@code
 * mongodb+srv:}.
 */
record MongoTarget(MongoClientSettings settings, String database, int poolSize) {
  private static final Logger LOG = LoggerFactory.getLogger(MongoTarget.class);

  private static final int DEFAULT_POOL_SIZE = 100;

  /**
   * The driver's monitor uses the same timeout, so it is also the time to notice that a server is
   * reachable again.
   */
  private static final int CONNECT_MILLIS = 3_000;

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
  static MongoTarget of(String url, StoreOptions options) {
    TlsParameters tls = TlsParameters.of(url);
    of(parse(url, NO_DNS), options, tls, null).requireTls(options, tls);
    SSLContext trusted = options.caFile().map(MongoTarget::context).orElse(null);
    return of(parse(url, null), options, tls, trusted);
  }

  private static MongoTarget of(
      ConnectionString parsed,
      StoreOptions options,
      TlsParameters tls,
      @Nullable SSLContext trusted) {
    Integer inUrl = parsed.getMaxConnectionPoolSize();
    int size = options.count("poolSize", inUrl == null || inUrl == 0 ? DEFAULT_POOL_SIZE : inUrl);
    String name = parsed.getDatabase();
    if (name == null) {
      throw new IllegalArgumentException("url must name a database: mongodb://HOST/DATABASE");
    }
    return new MongoTarget(settings(parsed, size, tls, trusted), name, size);
  }

  private static MongoClientSettings settings(
      ConnectionString parsed, int poolSize, TlsParameters tls, @Nullable SSLContext trusted) {
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
          .applyToSslSettings(
              ssl -> ssl.context(trusted).invalidHostNameAllowed(!tls.verifiesHostName()))
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
    ClusterSettings cluster = ClusterSettings.builder().applyConnectionString(parsed).build();
    return cluster.getMode() == ClusterConnectionMode.SINGLE
        ? ServerMonitoringMode.POLL
        : ServerMonitoringMode.AUTO;
  }

  private void requireTls(StoreOptions options, TlsParameters tls) {
    if (!isTls()) {
      options.requirePlaintextAllowed(servers(), "tls=true");
    } else if (!tls.verifiesHostName()) {
      LOG.warn(
          "TLS to {} does not verify the host name, as the URL says: a server with any trusted"
              + " certificate can read and change tokens. Remove tlsInsecure and"
              + " tlsAllowInvalidHostnames from the URL to verify it",
          StoreOptions.names(servers()));
    }
  }

  private boolean isTls() {
    return settings.getSslSettings().isEnabled();
  }

  /** Returns the machines to which connections lead. The servers of a DNS record are others. */
  private List<InetSocketAddress> servers() {
    List<InetSocketAddress> servers = new ArrayList<>();
    ClusterSettings cluster = settings.getClusterSettings();
    if (cluster.getSrvHost() != null) {
      servers.add(address("_mongodb._tcp." + cluster.getSrvHost(), ServerAddress.defaultPort()));
    } else {
      for (ServerAddress server : cluster.getHosts()) {
        // Without a directory it might be the name of a machine.
        boolean isSocketFile =
            server instanceof UnixServerAddress && server.getHost().contains("/");
        servers.add(address(isSocketFile ? "localhost" : server.getHost(), server.getPort()));
      }
    }
    ProxySettings proxy = settings.getSocketSettings().getProxySettings();
    if (proxy.getHost() != null) {
      // From the proxy's machine, this machine is another one.
      servers.add(address(proxy.getHost(), proxy.getPort()));
    }
    return servers;
  }

  private static InetSocketAddress address(String host, int port) {
    return InetSocketAddress.createUnresolved(host, port);
  }

  /** Returns the servers' addresses and whether connections use TLS, for the log. */
  String place() {
    ClusterSettings cluster = settings.getClusterSettings();
    String servers =
        cluster.getSrvHost() != null
            ? cluster.getSrvHost()
            : cluster.getHosts().stream()
                .map(ServerAddress::toString)
                .collect(Collectors.joining(", "));
    return "at " + servers + (isTls() ? " with TLS" : " without TLS");
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
