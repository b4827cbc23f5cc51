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
    // Not from the URL a second time: of two spellings of an option, the driver could then use the
    // other one.
    return new Target(servers, () -> Driver.connect(parsed));
  }

  /**
   * Tells whether the driver can load a class. The driver loads a socket factory by name, from its
   * own class loader.
   */
  private static boolean isSeenByDriver(Class<?> type) {
    try {
      return Class.forName(type.getName(), false, Configuration.class.getClassLoader()) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Requires that the driver finds our plugin. It searches its own class loader, which may be a
   * parent of ours in a container.
   */
  private static void requireJvmTrust() {
    ClassLoader drivers = Configuration.class.getClassLoader();
    if (ServiceLoader.load(TlsSocketPlugin.class, drivers).stream()
        .noneMatch(plugin -> plugin.type() == JvmTrust.class)) {
      throw new IllegalArgumentException(
          "TLS to MariaDB needs mariadb-java-client and wxtoken-store-jdbc in one class loader");
    }
  }

  /**
   * Returns the host, or null for a pipe. If both are given, the driver uses the pipe, which may
   * belong to another machine.
   */
  private static @Nullable String host(HostAddress address) {
    return address.localSocket != null && address.pipe == null ? "localhost" : address.host;
  }

  /**
   * Returns the server of an address. A server may redirect us to another one, to which the URL's
   * mode applies and not its own.
   */
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
      // A copy, since the driver writes the URL's options into it.
      Configuration parsed = Configuration.parse(url, (Properties) properties.clone());
      if (parsed != null) {
        return parsed;
      }
    } catch (SQLException | RuntimeException e) {
      // Reported below: the driver's message quotes parts of the URL.
    }
    throw new IllegalArgumentException(
        "url is not one of MariaDB's: jdbc:mariadb://HOST[:PORT]/DATABASE?user=USER&password=PASSWORD");
  }

  /**
   * Tells whether the URL or the properties set the mode. The URL takes precedence, so a property
   * takes effect only if the URL does not set the option.
   */
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

  /**
   * Returns an older option that weakens TLS. The driver ignores these options unless useSsl is
   * also set.
   */
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
