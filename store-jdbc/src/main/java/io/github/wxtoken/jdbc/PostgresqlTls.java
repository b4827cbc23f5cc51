package io.github.wxtoken.jdbc;

import java.sql.Driver;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sets a mode of PostgreSQL's driver, which without one uses TLS if the server offers it, with any
 * certificate.
 *
 * <p>The driver itself looks for authorities in {@code ~/.postgresql/root.crt}, and does not verify
 * with {@code require}, unless that file exists. Therefore the JVM's trust store counts unless
 * {@code sslrootcert} names a file. Encryption by GSS would take the place of TLS, so it is off.
 */
final class PostgresqlTls implements TlsSetting {
  private static final String MODE = "sslmode";
  private static final String AUTHORITIES = "sslrootcert";
  private static final String FACTORY = "sslfactory";
  private static final String GSS = "gssEncMode";

  /** Verifies the certificate by the JVM's trust store; the driver then compares the host name. */
  private static final String TRUST_OF_JVM = "org.postgresql.ssl.DefaultJavaSSLFactory";

  /** The driver's own, which knows its options for certificates and keys. */
  private static final String OF_OPTIONS = "org.postgresql.ssl.LibPQFactory";

  private static final List<String> CLIENT_KEYS = List.of("sslcert", "sslkey", "sslpassword");

  @Override
  public String option() {
    return MODE;
  }

  @Override
  public TlsMode mode(String name) {
    if (name.equalsIgnoreCase("prefer")) {
      return TlsMode.PREFERRED;
    }
    return Arrays.stream(TlsMode.values())
        .filter(mode -> name(mode).equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sslmode in the url must be prefer or one of "
                        + Arrays.stream(TlsMode.values())
                            .map(PostgresqlTls::name)
                            .collect(Collectors.joining(", "))));
  }

  private static String name(TlsMode mode) {
    return switch (mode) {
      case DISABLED -> "disable";
      case PREFERRED -> "allow";
      case REQUIRED -> "require";
      case VERIFY_CA -> "verify-ca";
      case VERIFY_IDENTITY -> "verify-full";
    };
  }

  @Override
  public String describe(TlsMode mode) {
    return name(mode);
  }

  @Override
  public String verified() {
    return name(TlsMode.VERIFY_IDENTITY);
  }

  @Override
  public List<Older> older() {
    return List.of(
        new Older("ssl", "true", TlsMode.VERIFY_IDENTITY),
        new Older("ssl", "false", TlsMode.DISABLED));
  }

  @Override
  public Set<String> exact() {
    return Set.of(
        MODE,
        "ssl",
        AUTHORITIES,
        FACTORY,
        GSS,
        "sslcert",
        "sslkey",
        "sslpassword",
        "sslNegotiation",
        // Not of TLS: the store sets them unless the URL does, and the driver compares the case.
        "targetServerType",
        "hostRecheckSeconds",
        "connectTimeout",
        "socketTimeout",
        "cancelSignalTimeout",
        "tcpKeepAlive",
        "prepareThreshold");
  }

  /** {@inheritDoc} A service is a file with hosts and modes. */
  @Override
  public Set<String> refused() {
    return Set.of(
        "socketFactoryArg",
        "sslfactoryarg",
        "sslhostnameverifier",
        "service",
        "PGHOST",
        "PGPORT",
        "PGDBNAME");
  }

  @Override
  public void set(@Nullable TlsMode mode, Map<String, String> parameters, Driver driver) {
    requireOff(parameters);
    String factory = parameters.get(FACTORY);
    if (factory != null && !factory.equals(TRUST_OF_JVM) && !factory.equals(OF_OPTIONS)) {
      throw new IllegalArgumentException(
          "url must not have an sslfactory that may not verify the server: remove it, or pass your"
              + " own DataSource");
    }
    parameters.put(GSS, "disable");
    if (mode == null) {
      return;
    }
    parameters.put(MODE, name(mode));
    if (mode == TlsMode.VERIFY_CA || mode == TlsMode.VERIFY_IDENTITY) {
      trust(parameters, factory);
    }
  }

  /** Names the authorities: those of the file, or those that the JVM trusts. */
  private static void trust(Map<String, String> parameters, @Nullable String factory) {
    if (parameters.containsKey(AUTHORITIES)) {
      if (TRUST_OF_JVM.equals(factory)) {
        throw new IllegalArgumentException(
            "url must not have both sslrootcert and DefaultJavaSSLFactory, which would ignore it:"
                + " keep one of them");
      }
    } else if (CLIENT_KEYS.stream().anyMatch(parameters::containsKey)) {
      if (TRUST_OF_JVM.equals(factory)) {
        throw new IllegalArgumentException(
            "url must not have both a client certificate and DefaultJavaSSLFactory, which would"
                + " ignore it: name the authority in sslrootcert");
      }
    } else {
      parameters.putIfAbsent(FACTORY, TRUST_OF_JVM);
    }
  }

  private static void requireOff(Map<String, String> parameters) {
    if (!"disable".equals(parameters.getOrDefault(GSS, "disable"))) {
      throw new IllegalArgumentException(
          "url must not have gssEncMode but disable: a connection that GSS encrypts has no TLS."
              + " Pass your own DataSource instead");
    }
  }
}
