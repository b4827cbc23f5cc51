package io.github.wxtoken.jdbc;

import com.google.errorprone.annotations.Immutable;
import java.sql.Driver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of a driver that are about TLS: their names, and how to set a mode. */
@Immutable
interface TlsSetting {
  /** Options that may lead connections elsewhere than to the hosts of the URL, of any driver. */
  Set<String> LEADING_ELSEWHERE = Set.of("socketFactory", "host", "port");

  /**
   * An option of older drivers, and the mode that a value of it stands for.
   *
   * @param value {@code true} or {@code false}
   */
  record Older(String name, String value, TlsMode mode) {}

  /** Returns the name of the option for the mode. */
  String option();

  /**
   * Returns the mode of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  TlsMode mode(String name);

  /** Returns the name of a mode for a message. */
  String describe(TlsMode mode);

  /** Returns the name of the mode that verifies the server, for a URL. */
  String verified();

  /** Returns the options of older drivers. The first one that has its value counts. */
  List<Older> older();

  /**
   * Returns the options that the driver would ignore, or not, if they were in another case: those
   * of TLS, and those that we set unless the URL does.
   */
  Set<String> exact();

  /**
   * Returns the options that lead connections elsewhere than to the hosts of the URL, or that hide
   * options.
   */
  Set<String> refused();

  /** Tells whether the connections go to a socket file of this machine, whatever the hosts are. */
  default boolean isSocketFile(Map<String, String> parameters) {
    return false;
  }

  /**
   * Sets a mode.
   *
   * @param mode the mode; null if the URL names none and plaintext is no risk, or allowed
   * @param parameters the properties for the driver; the map ignores the case of names
   * @param driver the driver that will connect
   * @throws IllegalArgumentException if the driver cannot do that
   */
  void set(@Nullable TlsMode mode, Map<String, String> parameters, Driver driver);
}
