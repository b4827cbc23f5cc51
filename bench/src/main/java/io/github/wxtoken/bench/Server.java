package io.github.wxtoken.bench;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the stores keep tokens on, and where it is found. */
enum Server {
  MYSQL(Image.MYSQL),
  MARIADB(Image.MARIADB),
  REDIS(Image.REDIS),
  MONGODB(Image.MONGODB),
  /** A folder of this machine, for SQLite and files: nothing is to be started. */
  FILES(null);

  final @Nullable Image image;

  Server(@Nullable Image image) {
    this.image = image;
  }

  /** The variable in the environment that names a server of the user's. */
  String variable() {
    return "WXTOKEN_BENCH_" + name() + "_URL";
  }

  /** The property by which a forked JVM learns of a server that was started for the run. */
  String property() {
    return "wxtoken.bench." + name().toLowerCase(Locale.ROOT);
  }

  /** Returns the URL that the user set. JMH prints a fork's arguments, so it never is one. */
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
