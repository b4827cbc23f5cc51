package io.github.wxtoken.mongo;

import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStoreException;
import java.net.URL;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks that MongoDB's driver is present, new enough, and not a mix of several versions. The check
 * runs when a store is opened, so that no later call fails with a linkage error.
 */
final class Driver {
  private static final String NEEDS =
      "wxtoken-store-mongo needs the MongoDB driver 5.5 or later (org.mongodb:mongodb-driver-sync,"
          + " with mongodb-driver-core and bson of the same version); the class path has %s. Let"
          + " one version of it be managed, for example by org.mongodb:mongodb-driver-bom (%s: %s)";

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
      // One class of each part of the driver.
      String found =
          Stream.of(
                  "com.mongodb.client.MongoDatabase",
                  "com.mongodb.MongoClientSettings",
                  "org.bson.BsonDocument")
              .map(Driver::file)
              .distinct()
              .collect(Collectors.joining(", "));
      throw new TokenStoreException(
          NEEDS.formatted(found, e.getClass().getSimpleName(), e.getMessage()),
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

  /**
   * Returns the name of the jar that has a class, which shows its version. The path is not shown,
   * because it is private.
   */
  private static String file(String className) {
    String resource = "/" + className.replace('.', '/') + ".class";
    URL url = Driver.class.getResource(resource);
    if (url == null) {
      return "nothing with " + className;
    }
    String path = url.getPath().replace(resource, "").replaceFirst("!$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
