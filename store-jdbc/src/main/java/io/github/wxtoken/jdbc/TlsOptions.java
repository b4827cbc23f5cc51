package io.github.wxtoken.jdbc;

import io.github.wxtoken.jdbc.Tls.Mode;
import java.sql.Driver;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names and values by which the URLs of a driver ask for TLS. */
interface TlsOptions {

  /**
   * An option of older releases of a driver.
   *
   * @param name the option
   * @param value the value that this record is about
   * @param mode the mode that the value stands for; null if it asks for TLS and names no mode
   */
  record Older(String name, boolean value, @Nullable String mode) {}

  /** Returns the name of the option that sets the mode. */
  String option();

  /** Returns its values, in the spelling that all releases of the driver understand. */
  Map<String, Mode> modes();

  /** Returns the value that verifies the certificate and the host name. */
  String verified();

  /** Returns the options of older releases. Of several that apply, the first one counts. */
  List<Older> older();

  /** Returns the names of further options about TLS, whose case must be right. */
  Set<String> others();

  /**
   * Returns the names of options that lead connections elsewhere than to the hosts of the URL, or
   * that hide options.
   */
  Set<String> refused();

  /** Tells whether the parameters lead to a socket file, whatever the hosts of the URL. */
  boolean isSocketFile(Map<String, String> parameters);

  /**
   * Adds what connections of this mode need.
   *
   * @param parameters the parameters of the URL; the map ignores the case of names
   * @param mode the mode; null if the driver decides
   * @param driver the driver that will connect
   * @throws IllegalArgumentException if the driver cannot do that
   */
  void complete(Map<String, String> parameters, @Nullable Mode mode, Driver driver);
}
