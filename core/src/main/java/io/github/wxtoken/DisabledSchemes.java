package io.github.wxtoken;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The schemes of logins that the JDK does not send to proxies. By default it sends no Basic login
 * where the proxy opens a tunnel, which https needs. It reads these properties once, from the
 * system's or from {@code conf/net.properties} of the Java installation.
 */
final class DisabledSchemes {
  private static final String TUNNELING = "jdk.http.auth.tunneling.disabledSchemes";
  private static final String PROXYING = "jdk.http.auth.proxying.disabledSchemes";

  private DisabledSchemes() {}

  static String property(boolean tunnel) {
    return tunnel ? TUNNELING : PROXYING;
  }

  static boolean disablesBasic(boolean tunnel) {
    String name = property(tunnel);
    String schemes = System.getProperty(name);
    return Stream.of((schemes == null ? ofInstallation(name) : schemes).split(",", -1))
        .anyMatch(scheme -> scheme.strip().equalsIgnoreCase("Basic"));
  }

  private static String ofInstallation(String name) {
    Path file = Path.of(System.getProperty("java.home", ""), "conf", "net.properties");
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      return ""; // The JDK disables nothing either where it cannot read the file.
    }
    return properties.getProperty(name, "");
  }
}
