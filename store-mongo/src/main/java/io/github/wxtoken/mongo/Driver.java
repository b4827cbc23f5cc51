package io.github.wxtoken.mongo;

import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.client.MongoDatabase;
import io.github.wxtoken.RedactedException;
import io.github.wxtoken.TokenStoreException;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells in words that MongoDB's driver is missing, too old, or put together from several versions,
 * when a store is opened and not in the middle of a later call.
 */
final class Driver {
  private static final String NEEDS =
      "wxtoken-store-mongo needs the MongoDB driver 5.5 or later (org.mongodb:mongodb-driver-sync,"
          + " with mongodb-driver-core and bson of the same version)";

  /** A class of each of its parts. */
  private static final List<String> PARTS =
      List.of(
          "com.mongodb.client.MongoDatabase",
          "com.mongodb.MongoClientSettings",
          "org.bson.BsonDocument");

  private Driver() {}

  /**
   * Opens something with the driver.
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

  /** The newest of what this module calls: an old driver would fail at the first outage only. */
  private static void requireTimeouts() throws NoSuchMethodException {
    MongoDatabase.class.getMethod("withTimeout", long.class, TimeUnit.class);
    Objects.requireNonNull(MongoOperationTimeoutException.class);
  }

  /** Says what the class path has. */
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

  /** The name of a jar shows its version; a directory's path is nobody's business. */
  private static String file(@Nullable CodeSource source) {
    if (source == null || source.getLocation() == null) {
      return "an unnamed source";
    }
    String path = source.getLocation().getPath().replaceFirst("!?/?$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
