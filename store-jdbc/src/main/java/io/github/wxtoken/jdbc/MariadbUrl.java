package io.github.wxtoken.jdbc;

import io.github.wxtoken.jdbc.Tls.Mode;
import io.github.wxtoken.jdbc.Tls.Server;
import io.github.wxtoken.jdbc.Tls.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.SslMode;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;

/** Reads a {@code jdbc:mariadb:} URL by its driver's own parser. Loaded for such URLs only. */
final class MariadbUrl {
  private static final Set<String> UNVERIFYING =
      Set.of("trustservercertificate", "disablesslhostnameverification");

  private static final Set<String> OFF = Set.of("false", "0");

  private MariadbUrl() {}

  static Target read(String url, Properties properties) {
    properties.setProperty("tlsSocketType", JvmTrust.TYPE);
    if (isSeenByDriver(MariadbSocketFactory.class)) {
      properties.setProperty("socketFactory", MariadbSocketFactory.class.getName());
    }
    Configuration parsed = parse(url, properties);
    String unverifying = unverifying(parsed);
    Mode ofUrl = mode(parsed.sslMode());
    if (ofUrl == Mode.PLAINTEXT && !says(url, properties)) {
      ofUrl = Mode.UNSAID;
    }
    List<Server> servers = new ArrayList<>();
    for (HostAddress address : parsed.addresses()) {
      servers.add(
          unverifying == null
              ? server(address, ofUrl, parsed.sslMode())
              : Server.of(host(address), address.port, Mode.UNVERIFIED, unverifying));
    }
    if (servers.stream().anyMatch(server -> server.mode() == Mode.VERIFIED)) {
      requireJvmTrust();
    }
    // Not the URL once more: of two spellings of an option the driver may take another then.
    return new Target(servers, () -> Driver.connect(parsed));
  }

  /** The driver loads a socket factory by name, from its own class loader. */
  private static boolean isSeenByDriver(Class<?> type) {
    try {
      return Class.forName(type.getName(), false, Configuration.class.getClassLoader()) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The driver looks for plugins where it is itself, which may be above us in a container. */
  private static void requireJvmTrust() {
    ClassLoader drivers = Configuration.class.getClassLoader();
    if (ServiceLoader.load(TlsSocketPlugin.class, drivers).stream()
        .noneMatch(plugin -> plugin.type() == JvmTrust.class)) {
      throw new IllegalArgumentException(
          "TLS to MariaDB needs mariadb-java-client and wxtoken-store-jdbc in one class loader");
    }
  }

  /** Of a socket and a pipe the driver takes the pipe, which may be another machine's. */
  private static @Nullable String host(HostAddress address) {
    return address.localSocket != null && address.pipe == null ? "localhost" : address.host;
  }

  /** A server may send us on to another, to which the URL's mode applies and not its own. */
  private static Server server(HostAddress address, Mode ofUrl, SslMode saidByUrl) {
    SslMode own = address.sslMode;
    boolean ownCounts = own != null && mode(own) != Mode.VERIFIED;
    return Server.of(
        host(address),
        address.port,
        ownCounts ? mode(own) : ofUrl,
        "sslMode=" + (ownCounts ? own : saidByUrl).getValue());
  }

  private static Configuration parse(String url, Properties properties) {
    try {
      // A copy, since the driver writes what the URL has into it.
      Configuration parsed = Configuration.parse(url, (Properties) properties.clone());
      if (parsed != null) {
        return parsed;
      }
    } catch (SQLException | RuntimeException e) {
      // said below: its message quotes parts of the URL
    }
    throw new IllegalArgumentException(
        "url is not one of MariaDB's: jdbc:mariadb://HOST[:PORT]/DATABASE?user=USER&password=PASSWORD");
  }

  /** The URL wins over properties, so what is asked for there is had where the URL does not say. */
  private static boolean says(String url, Properties properties) {
    Properties verified = (Properties) properties.clone();
    verified.setProperty("sslMode", SslMode.VERIFY_FULL.getValue());
    return parse(url, verified).sslMode() != SslMode.VERIFY_FULL;
  }

  private static Mode mode(SslMode mode) {
    return switch (mode) {
      case VERIFY_FULL -> Mode.VERIFIED;
      case VERIFY_CA, TRUST -> Mode.UNVERIFIED;
      // DISABLE, and since 3.5.7 ALLOW.
      default -> Mode.PLAINTEXT;
    };
  }

  /** Older options, which the driver takes no notice of unless there is useSsl as well. */
  private static @Nullable String unverifying(Configuration parsed) {
    if (!JvmTrust.TYPE.equals(parsed.tlsSocketType())) {
      return "tlsSocketType";
    }
    Properties others = parsed.nonMappedOptions();
    return others.stringPropertyNames().stream()
        .filter(name -> UNVERIFYING.contains(name.toLowerCase(Locale.ROOT)))
        .filter(name -> !OFF.contains(others.getProperty(name).toLowerCase(Locale.ROOT)))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .findFirst()
        .orElse(null);
  }
}
