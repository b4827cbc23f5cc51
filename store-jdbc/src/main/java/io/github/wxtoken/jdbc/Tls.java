package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.sql.Driver;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, before anything is connected, which TLS a URL gets: verified TLS to other machines,
 * unless the URL names a weaker mode. Plaintext to another machine must be allowed by an option.
 */
final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

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
    url.parameters().keySet().forEach(name -> requireClear(name, setting));
    Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    parameters.putAll(url.parameters());
    List<InetSocketAddress> others = others(url, setting);
    TlsMode mode = takeMode(parameters, setting);
    if (mode == null && !others.isEmpty() && !options.flag(StoreOptions.ALLOW_PLAINTEXT, false)) {
      mode = TlsMode.VERIFY_IDENTITY;
    }
    if (mode == TlsMode.REQUIRED || mode == TlsMode.VERIFY_CA) {
      warn(mode, others, setting);
    }
    options.requirePlaintextAllowed(
        mode == null || mode.mayBePlaintext() ? others : List.of(), remedy(setting));
    setting.set(mode, parameters, driver);
    return parameters;
  }

  /** Returns the servers on other machines. A socket file leads to this machine. */
  private static List<InetSocketAddress> others(JdbcUrl url, TlsSetting setting) {
    return setting.isSocketFile(url.parameters())
        ? List.of()
        : url.servers().stream()
            .filter(server -> !StoreOptions.isLoopback(server.getHostString()))
            .toList();
  }

  private static void requireClear(String name, TlsSetting setting) {
    Set<String> exact = setting.exact();
    if (Stream.concat(TlsSetting.LEADING_ELSEWHERE.stream(), setting.refused().stream())
        .anyMatch(name::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "url must not have the parameter "
              + name
              + ", which may lead connections elsewhere than to the hosts of the URL, or hide"
              + " options: pass your own DataSource instead");
    }
    if (!exact.contains(name) && exact.stream().anyMatch(name::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "url must not have the parameter "
              + name
              + " in this case: use the upper-case and lower-case letters of the driver's"
              + " documentation, such as "
              + setting.option());
    }
  }

  /** Removes the options that set the mode; returns the mode, or null if none is set. */
  private static @Nullable TlsMode takeMode(Map<String, String> parameters, TlsSetting setting) {
    String named = parameters.remove(setting.option());
    TlsMode older = null;
    for (TlsSetting.Older option : setting.older()) {
      String value = parameters.get(option.name());
      if (value != null && named != null) {
        throw new IllegalArgumentException(
            "url must not have both %1$s and %2$s: keep %1$s"
                .formatted(setting.option(), option.name()));
      }
      if (value != null && older == null && option.value().equals(flag(option.name(), value))) {
        older = option.mode();
      }
    }
    setting.older().forEach(option -> parameters.remove(option.name()));
    return named == null ? older : setting.mode(named);
  }

  private static String flag(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "1", "true", "yes" -> "true";
      case "0", "false", "no" -> "false";
      default -> throw new IllegalArgumentException(name + " in the url must be true or false");
    };
  }

  private static void warn(TlsMode mode, List<InetSocketAddress> others, TlsSetting setting) {
    if (!others.isEmpty()) {
      LOG.warn(
          "TLS to {} does not verify the server, because the URL asks for {}: a machine in"
              + " between can read and change tokens. Use {}",
          StoreOptions.names(others),
          setting.describe(mode),
          remedy(setting));
    }
  }

  private static String remedy(TlsSetting setting) {
    return setting.option() + "=" + setting.verified();
  }
}
