package io.github.wxtoken.jdbc;

import io.github.wxtoken.jdbc.TlsOptions.Older;
import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.sql.Driver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private static final Set<String> TRUE = Set.of("true", "yes", "1", "");
  private static final Set<String> FALSE = Set.of("false", "no", "0");

  /** The security of connections. */
  enum Mode {
    /** Possibly plaintext. */
    PLAINTEXT,
    /** TLS with any server. */
    UNVERIFIED,
    /** TLS with the server of that name. */
    VERIFIED
  }

  private final JdbcUrl url;
  private final TlsOptions driver;
  private final Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private Tls(JdbcUrl url, TlsOptions driver) {
    this.url = url;
    this.driver = driver;
    parameters.putAll(url.parameters());
  }

  /**
   * Returns the parameters of a URL with those that set TLS.
   *
   * @param names the names of the driver's options
   * @param driver the driver that will connect
   * @param options the application's options, which may allow plaintext
   * @throws IllegalArgumentException if an option is ambiguous or refused, or plaintext is not
   *     allowed
   */
  static Map<String, String> require(
      JdbcUrl url, TlsOptions names, Driver driver, StoreOptions options) {
    Tls tls = new Tls(url, names);
    tls.requireClearNames();
    boolean allowed = options.flag(StoreOptions.ALLOW_PLAINTEXT, false);
    boolean elsewhere = !tls.others().isEmpty();
    String named = tls.takeMode();
    String value = named == null && elsewhere && !allowed ? names.verified() : named;
    Mode mode = value == null ? null : names.modes().get(value);
    if (value != null) {
      tls.parameters.put(names.option(), value);
    }
    if (mode == Mode.UNVERIFIED && elsewhere) {
      tls.warn(value);
    }
    options.requirePlaintextAllowed(
        mode == null || mode == Mode.PLAINTEXT ? tls.others() : List.of(), tls.remedy());
    names.complete(tls.parameters, mode, driver);
    return tls.parameters;
  }

  /** Returns the servers on other machines. A socket file leads to this machine. */
  private List<InetSocketAddress> others() {
    return driver.isSocketFile(parameters)
        ? List.of()
        : url.servers().stream()
            .filter(server -> !StoreOptions.isLoopback(server.getHostString()))
            .toList();
  }

  /** Refuses names in another case, which one driver ignores and another one does not. */
  private void requireClearNames() {
    Set<String> exact = new TreeSet<>(driver.others());
    exact.add(driver.option());
    driver.older().forEach(older -> exact.add(older.name()));
    for (String name : parameters.keySet()) {
      for (String refused : driver.refused()) {
        if (refused.equalsIgnoreCase(name)) {
          throw new IllegalArgumentException(
              "url must not have "
                  + refused
                  + ", which may lead connections elsewhere than to the hosts of the URL, or hide"
                  + " options: pass your own DataSource instead");
        }
      }
      for (String right : exact) {
        if (right.equalsIgnoreCase(name) && !exact.contains(name)) {
          throw new IllegalArgumentException(
              "url must have the option "
                  + right
                  + " in this spelling, with its upper-case letters");
        }
      }
    }
  }

  /** Removes what sets the mode; returns the value of the mode, or null if none is set. */
  private @Nullable String takeMode() {
    String named = parameters.remove(driver.option());
    List<Older> older =
        driver.older().stream().filter(option -> parameters.containsKey(option.name())).toList();
    if (named != null) {
      if (!older.isEmpty()) {
        throw new IllegalArgumentException(
            "url must not have both "
                + driver.option()
                + " and "
                + older.get(0).name()
                + ": keep "
                + driver.option());
      }
      return known(named);
    }
    Older first =
        older.stream().filter(option -> isSet(option) == option.value()).findFirst().orElse(null);
    older.forEach(option -> parameters.remove(option.name()));
    return first == null ? null : first.mode();
  }

  private boolean isSet(Older option) {
    String value = parameters.getOrDefault(option.name(), "");
    if (Stream.concat(TRUE.stream(), FALSE.stream()).noneMatch(value::equalsIgnoreCase)) {
      throw new IllegalArgumentException(option.name() + " in the url must be true or false");
    }
    return TRUE.stream().anyMatch(value::equalsIgnoreCase);
  }

  /** Returns the driver's spelling of a value: some drivers convert case by the JVM's language. */
  private String known(String named) {
    return driver.modes().keySet().stream()
        .filter(named::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    driver.option()
                        + " in the url must be one of "
                        + String.join(", ", new TreeSet<>(driver.modes().keySet()))));
  }

  private void warn(@Nullable String value) {
    LOG.warn(
        "TLS to {} does not verify the server, because the URL asks for {}={}: a machine in between"
            + " can read and change tokens. Use {}",
        StoreOptions.names(others()),
        driver.option(),
        value,
        remedy());
  }

  private String remedy() {
    return driver.option() + "=" + driver.verified();
  }
}
