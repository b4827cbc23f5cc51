package io.github.wxtoken.bench;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The servers of the stores, and their sources. */
enum Server {
  MYSQL("MySQL", Image.MYSQL),
  MARIADB("MariaDB", Image.MARIADB),
  POSTGRESQL("PostgreSQL", Image.POSTGRESQL),
  REDIS("Redis", Image.REDIS),
  MONGODB("MongoDB", Image.MONGODB),
  /** A folder of this machine, for SQLite and files: no server is needed. */
  FILES("Files", null);

  final String title;
  final @Nullable Image image;

  Server(String title, @Nullable Image image) {
    this.title = title;
    this.image = image;
  }

  /** Returns the environment variable that names a user's server. */
  String variable() {
    return "WXTOKEN_BENCH_" + name() + "_URL";
  }

  /** Returns the property that passes the URL of a started server to a forked JVM. */
  String property() {
    return "wxtoken.bench." + name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the URL that the user set. It is never an argument, because JMH prints a fork's
   * arguments.
   */
  Optional<String> ofUser() {
    return Optional.ofNullable(System.getenv(variable())).filter(url -> !url.isBlank());
  }

  /** Returns the URL in a forked JVM. */
  String url() {
    return ofUser()
        .or(() -> Optional.ofNullable(System.getProperty(property())))
        .orElseThrow(() -> new IllegalStateException("set " + variable()));
  }
}
