package io.github.wxtoken.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.store.TokenStores;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A driver that is missing, too old, or in pieces. */
class SchemeTest {

  @ParameterizedTest
  @CsvSource({
    "MYSQL, 8, 0, com.mysql:mysql-connector-j 9.4.0 or later",
    "MYSQL, 9, 3, com.mysql:mysql-connector-j 9.4.0 or later",
    "MARIADB, 2, 7, org.mariadb.jdbc:mariadb-java-client 3.5.6 or later",
    "MARIADB, 3, 4, org.mariadb.jdbc:mariadb-java-client 3.5.6 or later",
    "SQLITE, 3, 8, org.xerial:sqlite-jdbc 3.49.1 or later"
  })
  void aDriverThatIsTooOldIsNamedWithItsVersionAndTheOldestThatWorks(
      Scheme scheme, int major, int minor, String wanted) {
    assertThat(scheme.unfit(driver(major, minor)))
        .hasMessageContaining("version " + major + "." + minor + ", which is too old")
        .hasMessageContaining(wanted);
  }

  @ParameterizedTest
  @CsvSource({"MYSQL, 9, 4", "MYSQL, 26, 10", "MARIADB, 3, 5", "SQLITE, 3, 50"})
  void aDriverThatIsNewEnoughIsSaidToBeInPieces(Scheme scheme, int major, int minor) {
    assertThat(scheme.unfit(driver(major, minor)).getMessage())
        .contains("a class or a method is missing", "one class loader")
        .doesNotContain("too old");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://127.0.0.1:1/x?password=CANARY, com.mysql.cj.jdbc.JdbcPropertySetImpl",
    "jdbc:mysql://127.0.0.1:1/x?password=CANARY, com.mysql.cj.protocol.NamedPipeSocketFactory",
    "jdbc:mariadb://127.0.0.1:1/x?password=CANARY, org.mariadb.jdbc.HostAddress"
  })
  void aDriverThatLacksAClassIsToldFromOneThatIsMissing(String url, String lacking)
      throws Exception {
    assertThat(openWithout(lacking, url))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("a class or a method is missing")
        .satisfies(FaultsTest::assertNoCanary);
  }

  @Test
  void aDriverWhoseClassDoesNotLoadIsTooOld() throws Exception {
    assertThat(
            openWithout(
                "com.mysql.cj.jdbc.NonRegisteringDriver",
                "jdbc:mysql://127.0.0.1:1/x?password=CANARY"))
        .hasMessageContaining("does not load and is too old")
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

  private static Driver driver(int major, int minor) {
    return (Driver)
        Proxy.newProxyInstance(
            Driver.class.getClassLoader(),
            new Class<?>[] {Driver.class},
            (self, method, arguments) ->
                method.getName().equals("getMajorVersion") ? major : minor);
  }
}
