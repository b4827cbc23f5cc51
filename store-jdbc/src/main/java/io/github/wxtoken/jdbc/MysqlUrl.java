package io.github.wxtoken.jdbc;

import com.mysql.cj.conf.ConnectionUrl;
import com.mysql.cj.conf.HostInfo;
import com.mysql.cj.conf.PropertyDefinitions.SslMode;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.jdbc.JdbcPropertySetImpl;
import com.mysql.cj.jdbc.NonRegisteringDriver;
import com.mysql.cj.protocol.NamedPipeSocketFactory;
import io.github.wxtoken.jdbc.Tls.Mode;
import io.github.wxtoken.jdbc.Tls.Server;
import io.github.wxtoken.jdbc.Tls.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@code jdbc:mysql:} URL by Connector/J's own parser. Loaded for such URLs only. */
final class MysqlUrl {
  private static final Pattern THIS_MACHINES_PIPE =
      Pattern.compile("\\\\\\\\\\.\\\\pipe\\\\[^\\\\/]+", Pattern.CASE_INSENSITIVE);

  private MysqlUrl() {}

  static Target read(String url, Properties properties) {
    ConnectionUrl parsed = quietly(() -> ConnectionUrl.getConnectionUrlInstance(url, properties));
    if (parsed.getType().name().contains("DNS_SRV")) {
      throw new IllegalArgumentException("url must name its servers, instead of dnsSrv=true");
    }
    List<Server> servers = quietly(() -> servers(parsed));
    Properties with = (Properties) properties.clone();
    if (isSeenByDriver(MysqlSocketFactory.class) && quietly(() -> hasStandardSockets(parsed))) {
      with.setProperty(PropertyKey.socketFactory.getKeyName(), MysqlSocketFactory.class.getName());
    }
    return new Target(servers, () -> new NonRegisteringDriver().connect(url, with));
  }

  /**
   * Tells whether the driver can load a class. The driver loads a socket factory by name, from its
   * own class loader.
   */
  private static boolean isSeenByDriver(Class<?> type) {
    try {
      return Class.forName(type.getName(), false, ConnectionUrl.class.getClassLoader()) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Tells whether the URL names neither a pipe nor a socket factory. */
  private static boolean hasStandardSockets(ConnectionUrl parsed) {
    return parsed.getHostsList().stream()
        .map(host -> host.getProperty(PropertyKey.socketFactory.getKeyName()))
        .allMatch(Objects::isNull);
  }

  /** Hides the messages of the driver and of the JDK's decoder, which quote parts of the URL. */
  private static <T> T quietly(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "url is not one of MySQL's: jdbc:mysql://HOST[:PORT]/DATABASE?user=USER&password=PASSWORD,"
              + " with values URL-encoded");
    }
  }

  private static List<Server> servers(ConnectionUrl parsed) {
    List<Server> servers = new ArrayList<>();
    for (HostInfo host : parsed.getHostsList()) {
      PropertySet options = new JdbcPropertySetImpl();
      options.initializeProperties(host.exposeAsProperties());
      Server server = server(host, options);
      servers.add(server);
      String proxy = options.getStringProperty(PropertyKey.socksProxyHost).getValue();
      if (proxy != null) {
        servers.add(Server.of(proxy, host.getPort(), server.mode(), server.option()));
      }
    }
    return servers;
  }

  private static Server server(HostInfo host, PropertySet options) {
    if (NamedPipeSocketFactory.class
        .getName()
        .equals(options.getStringProperty(PropertyKey.socketFactory).getValue())) {
      return pipe(host, host.getProperty(PropertyKey.PATH.getKeyName()));
    }
    RuntimeProperty<SslMode> mode = options.getEnumProperty(PropertyKey.sslMode);
    RuntimeProperty<Boolean> verify =
        options.getBooleanProperty(PropertyKey.verifyServerCertificate);
    if (verify.isExplicitlySet() && !verify.getValue()) {
      return Server.of(
          host.getHost(), host.getPort(), Mode.UNVERIFIED, "verifyServerCertificate=false");
    }
    // Without sslMode, the driver has derived the mode from one of its older options.
    String option =
        host.getProperty(PropertyKey.sslMode.getKeyName()) == null
            ? "useSSL, requireSSL or verifyServerCertificate"
            : "sslMode=" + mode.getValue();
    return Server.of(host.getHost(), host.getPort(), mode(mode), option);
  }

  /**
   * Returns the server of a named pipe of Windows. A pipe never uses TLS, whatever the URL asks
   * for, and it may belong to another machine.
   */
  private static Server pipe(HostInfo host, @Nullable String path) {
    boolean here = path == null || THIS_MACHINES_PIPE.matcher(path).matches();
    return Server.of(
        here ? "localhost" : "named-pipe", host.getPort(), Mode.PLAINTEXT, "socketFactory");
  }

  private static Mode mode(RuntimeProperty<SslMode> said) {
    return switch (said.getValue()) {
      case VERIFY_IDENTITY -> Mode.VERIFIED;
      case REQUIRED, VERIFY_CA -> Mode.UNVERIFIED;
      case DISABLED -> Mode.PLAINTEXT;
      case PREFERRED -> said.isExplicitlySet() ? Mode.PLAINTEXT : Mode.UNSAID;
    };
  }
}
