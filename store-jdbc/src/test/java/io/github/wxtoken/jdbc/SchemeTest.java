package io.github.wxtoken.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.store.TokenStores;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A driver that is too old, or in pieces. */
class SchemeTest {

  @Test
  void aDriverWhoseClassDoesNotLoadIsNamedWithTheOldestVersionThatWorks() throws Exception {
    assertThat(
            openWithout(
                "com.mysql.cj.jdbc.NonRegisteringDriver",
                "jdbc:mysql://127.0.0.1:1/x?password=CANARY"))
        .hasMessageContaining("missing on the class path, or too old to be loaded")
        .hasMessageContaining("com.mysql:mysql-connector-j, version 8.0.33 or later")
        .satisfies(FaultsTest::assertNoCanary);
  }

  private static Throwable openWithout(String lacking, String url) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader application =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(lacking)) {
              throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
          }
        }) {
      thread.setContextClassLoader(application);
      var open = application.loadClass(TokenStores.class.getName()).getMethod("open", String.class);
      Throwable thrown = catchThrowable(() -> open.invoke(null, url));
      return thrown instanceof InvocationTargetException
          ? requireNonNull(thrown.getCause())
          : thrown;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> found = new ArrayList<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      found.add(Path.of(path).toUri().toURL());
    }
    return found.toArray(URL[]::new);
  }
}
