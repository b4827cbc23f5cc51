package io.github.wxtoken.mongo;

import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that MongoDB's driver is present, new enough, and not a mix of several versions. The check
 * runs when a store is opened, so that no later call fails with a linkage error.
 */
final class Driver {
  private static final String NEEDS =
      "wxtoken-store-mongo needs the MongoDB driver 5.5 or later (org.mongodb:mongodb-driver-sync,"
          + " with mongodb-driver-core and bson of the same version)";

  /** One class of each part of the driver. */
  private static final List<String> PARTS =
      List.of(
          "com.mongodb.client.MongoDatabase",
          "com.mongodb.MongoClientSettings",
          "org.bson.BsonDocument");

  private Driver() {}

  /**
   * Opens an object of the driver.
   *
   * @throws TokenStoreException if the driver is unfit; the message names the files on the class
   *     path
   */
  static <T> T use(Supplier<T> opening) {
    try {
      requireTimeouts();
      return opening.get();
    } catch (NoSuchMethodException | LinkageError e) {
      throw new TokenStoreException(
          NEEDS
              + "; "
              + found(Driver.class.getClassLoader())
              + ". Let one version of it be managed, for example by org.mongodb:mongodb-driver-bom"
              + " ("
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage()
              + ")",
          RedactedException.of(e));
    }
  }

  /**
   * Requires the newest method that this module calls: without the check, an old driver would fail
   * only at the first outage.
   */
  private static void requireTimeouts() throws NoSuchMethodException {
    MongoDatabase.class.getMethod("withTimeout", long.class, TimeUnit.class);
    Objects.requireNonNull(MongoOperationTimeoutException.class);
  }

  /** Returns the driver's files on the class path. */
  private static String found(@Nullable ClassLoader loader) {
    Set<String> files = new LinkedHashSet<>();
    for (String part : PARTS) {
      try {
        files.add(file(Class.forName(part, false, loader).getProtectionDomain().getCodeSource()));
      } catch (ClassNotFoundException | LinkageError e) {
        files.add("nothing with " + part);
      }
    }
    return "the class path has " + String.join(", ", files);
  }

  /**
   * Returns the name of a jar, which shows its version. A directory's path is not shown, because it
   * is private.
   */
  private static String file(@Nullable CodeSource source) {
    if (source == null || source.getLocation() == null) {
      return "an unnamed source";
    }
    String path = source.getLocation().getPath().replaceFirst("!?/?$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
