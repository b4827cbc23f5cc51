package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.sql.Driver;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, before anything is connected, which TLS a URL gets: verified TLS to other machines,
 * unless the URL names a weaker mode. Plaintext to another machine must be allowed by an option.
 */
final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  /** The options of older drivers and the modes that they stand for. The first one counts. */
  private static final List<Older> OLDER =
      List.of(
          new Older("useSSL", "false", TlsMode.DISABLED),
          new Older("trustServerCertificate", "true", TlsMode.REQUIRED),
          new Older("verifyServerCertificate", "false", TlsMode.REQUIRED),
          new Older("verifyServerCertificate", "true", TlsMode.VERIFY_CA),
          new Older("disableSslHostnameVerification", "true", TlsMode.VERIFY_CA),
          new Older("requireSSL", "true", TlsMode.REQUIRED));

  /** Options that a driver would ignore, or not, if they were in another case. */
  private static final Set<String> EXACT =
      Set.of(
          TlsMode.OPTION,
          "useSSL",
          "useSsl",
          "requireSSL",
          "verifyServerCertificate",
          "trustServerCertificate",
          "disableSslHostnameVerification",
          "serverSslCert",
          "trustStore",
          "trustStoreType",
          "trustStorePassword",
          "trustCertificateKeyStoreUrl",
          "trustCertificateKeyStoreType",
          "trustCertificateKeyStorePassword",
          "fallbackToSystemTrustStore",
          "permitRedirect");

  /** Options that lead connections elsewhere than to the hosts of the URL, or that hide options. */
  private static final Set<String> REFUSED =
      Set.of(
          "socketFactory",
          "socksProxyHost",
          "namedPipePath",
          "pipe",
          "dnsSrv",
          "propertiesTransform",
          "useConfigs",
          "tlsSocketType",
          "host",
          "port",
          "protocol",
          "path",
          "address");

  private record Older(String name, String value, TlsMode mode) {}

  private Tls() {}

  /**
   * Returns the parameters of a URL with those that set TLS.
   *
   * @param setting sets a mode of the driver
   * @param options the application's options, which may allow plaintext
   * @throws IllegalArgumentException if an option is ambiguous or refused, or plaintext is not
   *     allowed
   */
  static Map<String, String> require(
      JdbcUrl url, TlsSetting setting, Driver driver, StoreOptions options) {
    url.parameters().keySet().forEach(Tls::requireClear);
    Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    parameters.putAll(url.parameters());
    List<InetSocketAddress> others = others(url);
    TlsMode mode = takeMode(parameters);
    if (mode == null && !others.isEmpty() && !options.flag(StoreOptions.ALLOW_PLAINTEXT, false)) {
      mode = TlsMode.VERIFY_IDENTITY;
    }
    if (mode == TlsMode.REQUIRED || mode == TlsMode.VERIFY_CA) {
      warn(mode, others);
    }
    options.requirePlaintextAllowed(
        mode == null || mode.mayBePlaintext() ? others : List.of(), remedy());
    setting.set(mode, parameters, driver);
    return parameters;
  }

  /** Returns the servers on other machines. A socket file leads to this machine. */
  private static List<InetSocketAddress> others(JdbcUrl url) {
    boolean socketFile =
        url.parameters().containsKey("localSocket")
            && url.address().startsWith(Scheme.MARIADB.prefix);
    return socketFile
        ? List.of()
        : url.servers().stream()
            .filter(server -> !StoreOptions.isLoopback(server.getHostString()))
            .toList();
  }

  private static void requireClear(String name) {
    if (REFUSED.stream().anyMatch(name::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "url must not have the parameter "
              + name
              + ", which may lead connections elsewhere than to the hosts of the URL, or hide"
              + " options: pass your own DataSource instead");
    }
    if (!EXACT.contains(name) && EXACT.stream().anyMatch(name::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "url must not have the parameter "
              + name
              + " in this case: use the upper-case and lower-case letters of the driver's"
              + " documentation, such as sslMode");
    }
  }

  /** Removes the options that set the mode; returns the mode, or null if none is set. */
  private static @Nullable TlsMode takeMode(Map<String, String> parameters) {
    String named = parameters.remove(TlsMode.OPTION);
    TlsMode older = null;
    for (Older option : OLDER) {
      String value = parameters.get(option.name);
      if (value != null && named != null) {
        throw new IllegalArgumentException(
            "url must not have both sslMode and " + option.name + ": keep sslMode");
      }
      if (value != null && older == null && option.value.equals(flag(option.name, value))) {
        older = option.mode;
      }
    }
    OLDER.forEach(option -> parameters.remove(option.name));
    return named == null ? older : TlsMode.of(named);
  }

  private static String flag(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "1", "true", "yes" -> "true";
      case "0", "false", "no" -> "false";
      default -> throw new IllegalArgumentException(name + " in the url must be true or false");
    };
  }

  private static void warn(TlsMode mode, List<InetSocketAddress> others) {
    if (!others.isEmpty()) {
      LOG.warn(
          "TLS to {} does not verify the server, because the URL asks for {} ({}): a machine in"
              + " between can read and change tokens. Use {}",
          StoreOptions.names(others),
          mode,
          mode.ofMariadb,
          remedy());
    }
  }

  private static String remedy() {
    return TlsMode.OPTION + "=" + TlsMode.VERIFY_IDENTITY;
  }
}
