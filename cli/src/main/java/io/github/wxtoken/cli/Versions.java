package io.github.wxtoken.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.TreeSet;
import picocli.CommandLine.IVersionProvider;

/** The versions of this program and of the drivers in its jar. */
final class Versions implements IVersionProvider {
  /** For picocli. */
  Versions() {}

  @Override
  public String[] getVersion() throws IOException {
    Properties versions = read();
    return new String[] {
      "wxtoken " + versions.getProperty("wxtoken"), "drivers: " + drivers(versions)
    };
  }

  /** Returns the drivers, for the doctor. */
  static String drivers() throws IOException {
    return drivers(read());
  }

  private static String drivers(Properties versions) {
    TreeSet<String> drivers = new TreeSet<>();
    versions.forEach(
        (name, version) -> {
          if (!name.equals("wxtoken")) {
            drivers.add(name + " " + version);
          }
        });
    return String.join(", ", drivers);
  }

  private static Properties read() throws IOException {
    Properties versions = new Properties();
    try (InputStream file = Versions.class.getResourceAsStream("versions.properties")) {
      versions.load(file);
    }
    return versions;
  }
}
