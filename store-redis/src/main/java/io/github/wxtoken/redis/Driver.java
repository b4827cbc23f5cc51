package io.github.wxtoken.redis;

import io.github.wxtoken.store.RedactedException;
import java.lang.module.ModuleDescriptor.Version;
import org.jspecify.annotations.Nullable;

/**
 * Checks Lettuce before the store uses it, so that a missing or old driver causes a clear exception
 * and not a {@link LinkageError} in a later call. This class can be loaded without Lettuce.
 */
final class Driver {
  /** Loading it requires no other class of Lettuce or Netty. */
  private static final String LETTUCE = "io.lettuce.core.codec.RedisCodec";

  private static final Version OLDEST = Version.parse("6.6");

  private Driver() {}

  /**
   * Checks that Lettuce is present and not too old.
   *
   * @throws IllegalArgumentException if it is missing or older than 6.6
   */
  static void require() {
    require(version(Driver.class.getClassLoader()));
  }

  /** Checks a version. A repackaged driver may report none, and is used unchecked. */
  static void require(@Nullable String version) {
    if (version != null && isTooOld(version)) {
      throw new IllegalArgumentException(
          "wxtoken-store-redis needs Lettuce 6.6 or later; the class path has "
              + version
              + ". Raise the version of io.lettuce:lettuce-core");
    }
  }

  private static boolean isTooOld(String version) {
    try {
      return Version.parse(version).compareTo(OLDEST) < 0;
    } catch (IllegalArgumentException e) {
      return false; // It is no version.
    }
  }

  /**
   * Returns the version of Lettuce that a class loader finds, such as {@code 6.6.0.RELEASE}, or
   * null if Lettuce does not report it.
   *
   * @throws IllegalArgumentException if there is no Lettuce
   */
  static @Nullable String version(@Nullable ClassLoader loader) {
    try {
      String version =
          Class.forName(LETTUCE, false, loader).getPackage().getImplementationVersion();
      return version == null ? null : version.replaceFirst("/.*", ""); // The commit follows.
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException(
          "wxtoken-store-redis needs Lettuce, which is missing from the class path. Add"
              + " io.lettuce:lettuce-core 6.6 or later");
    }
  }

  /** Explains why Lettuce cannot be used although it is present. */
  static IllegalArgumentException unusable(LinkageError e) {
    // The messages of these name a class or a method and nothing else.
    boolean named = e instanceof NoClassDefFoundError || e instanceof IncompatibleClassChangeError;
    return new IllegalArgumentException(
        "Lettuce cannot be used with the other libraries on the class path: "
            + e.getClass().getSimpleName()
            + (named ? " " + e.getMessage() : "")
            + ". Use the version of Netty that this version of Lettuce asks for, or let Spring Boot"
            + " choose both",
        RedactedException.of(e));
  }
}
