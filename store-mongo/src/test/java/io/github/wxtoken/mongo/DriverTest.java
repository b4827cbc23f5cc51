package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.store.TokenStores;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver that is missing, too old, or put together from several versions. */
class DriverTest {
  private static final String NEEDS =
      "wxtoken-store-mongo needs the MongoDB driver 5.5 or later"
          + " (org.mongodb:mongodb-driver-sync, with mongodb-driver-core and bson of the same"
          + " version); the class path has ";

  @TempDir Path old;

  @Test
  void aMissingDriverIsSaidInWords() throws Exception {
    assertThat(open(List.of(), file -> !file.startsWith("mongodb-") && !file.startsWith("bson-")))
        .startsWith("io.github.wxtoken.store.TokenStoreException: " + NEEDS)
        .contains("nothing with com.mongodb.client.MongoDatabase")
        .contains("nothing with com.mongodb.MongoClientSettings")
        .contains("nothing with org.bson.BsonDocument");
  }

  @Test
  void aMissingPartOfTheDriverIsSaidInWords() throws Exception {
    assertThat(open(List.of(), file -> !file.startsWith("mongodb-driver-core")))
        .startsWith("io.github.wxtoken.store.TokenStoreException: " + NEEDS)
        .contains("the class path has mongodb-driver-sync-")
        .contains("nothing with com.mongodb.MongoClientSettings");
  }

  @Test
  void aDriverWithoutTimeoutsIsTooOld() throws Exception {
    Path jar = compiled("mongodb-driver-sync-4.11.5.jar", "com.mongodb.client", "MongoDatabase");

    assertThat(open(List.of(jar), file -> true))
        .startsWith(
            "io.github.wxtoken.store.TokenStoreException: "
                + NEEDS
                + "mongodb-driver-sync-4.11.5.jar, mongodb-driver-core-")
        .contains("Let one version of it be managed");
  }

  @Test
  void aDriverOfTwoVersionsIsSaidInWords() throws Exception {
    Path jar = compiled("mongodb-driver-core-4.11.5.jar", "com.mongodb", "MongoClientSettings");

    assertThat(open(List.of(jar), file -> true))
        .startsWith(
            "io.github.wxtoken.store.TokenStoreException: " + NEEDS + "mongodb-driver-sync-")
        .contains(", mongodb-driver-core-4.11.5.jar, bson-");
  }

  /** A directory that stands for a jar, with a class that has none of the newer methods. */
  private Path compiled(String jar, String packageName, String name) throws Exception {
    Path source = old.resolve(name + ".java");
    Files.writeString(source, "package " + packageName + "; public class " + name + " {}");
    Path classes = Files.createDirectory(old.resolve(jar));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), source.toString()))
        .isZero();
    return classes;
  }

  /** Opens a store with other class path, and returns the exception. */
  private static String open(List<Path> first, Predicate<String> isThere) throws Exception {
    List<URL> urls = new ArrayList<>();
    for (Path path : first) {
      urls.add(path.toUri().toURL());
    }
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (isThere.test(new File(path).getName())) {
        urls.add(new File(path).toURI().toURL());
      }
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> stores = loader.loadClass(TokenStores.class.getName());
      stores.getMethod("open", String.class).invoke(null, "mongodb://127.0.0.1:1/x");
      throw new AssertionError("it was opened");
    } catch (InvocationTargetException e) {
      return Objects.requireNonNull(e.getCause()).toString();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
