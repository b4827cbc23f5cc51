package io.github.wxtoken.jdbc;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The modes of TLS, with the names that Connector/J and MariaDB's driver have for them. */
enum TlsMode {
  DISABLED("disable"),
  /** Falls back to plaintext if the server offers no TLS. */
  PREFERRED("allow"),
  /** TLS with any server. */
  REQUIRED("trust"),
  /** TLS with any server that has a certificate of a trusted authority. */
  VERIFY_CA("verify-ca"),
  VERIFY_IDENTITY("verify-full");

  /** The option of both drivers. */
  static final String OPTION = "sslMode";

  /** The name that MariaDB's driver has for it. */
  final String ofMariadb;

  TlsMode(String ofMariadb) {
    this.ofMariadb = ofMariadb;
  }

  /**
   * Returns the mode of a name, which either driver may have for it.
   *
   * @throws IllegalArgumentException if there is none
   */
  static TlsMode of(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.names().anyMatch(name::equalsIgnoreCase))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    OPTION
                        + " in the url must be one of "
                        + Arrays.stream(values())
                            .flatMap(TlsMode::names)
                            .collect(Collectors.joining(", "))));
  }

  private Stream<String> names() {
    return Stream.of(name(), ofMariadb);
  }

  boolean mayBePlaintext() {
    return this == DISABLED || this == PREFERRED;
  }
}
