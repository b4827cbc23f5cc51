package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStores;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The TLS options of URLs, in all their spellings. */
class TlsUrlTest {
  static final StoreOptions NONE = new StoreOptions(Map.of());
  private static final Predicate<String> DRIVER = path -> path.contains("mariadb-java-client");
  private static final Pattern LOWER_CASE_MODE = Pattern.compile("sslMode=[a-z_]*i");
  private static final ClassLoader JDK = ClassLoader.getPlatformClassLoader();
  private static final StoreOptions ALLOWED = new StoreOptions(Map.of("allowPlaintext", "true"));

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://localhost/x?sslMode=REQUIRED, sslMode=REQUIRED",
    "jdbc:mysql://localhost/x?sslMode=required, sslMode=REQUIRED",
    "jdbc:mysql://localhost/x?sslMode=verify_ca, sslMode=VERIFY_CA",
    "jdbc:mysql://localhost/x?%73slMode=VERIFY%5FCA, sslMode=VERIFY_CA",
    "jdbc:mysql://localhost/x?sslMode=VERIFY_IDENTITY&sslMode=REQUIRED, sslMode=REQUIRED",
    "jdbc:mysql://address=(host=localhost)(sslMode=REQUIRED)/x, sslMode=REQUIRED",
    "'jdbc:mysql://(host=localhost,sslMode=REQUIRED)/x?sslMode=VERIFY_IDENTITY', sslMode=REQUIRED",
    "jdbc:mysql://localhost/x?requireSSL=true, 'useSSL, requireSSL'",
    "jdbc:mysql://localhost/x?useSSL=true&verifyServerCertificate=true, 'useSSL, requireSSL'",
    "jdbc:mysql://db/x?verifyServerCertificate=false, verifyServerCertificate=false",
    "jdbc:mysql://db/x?verifyServerCertificate=no, verifyServerCertificate=false",
    "jdbc:mariadb://localhost/x?sslMode=trust, sslMode=trust",
    "jdbc:mariadb://localhost/x?sslMode=REQUIRED, sslMode=trust",
    "jdbc:mariadb://localhost/x?SSLMODE=Verify-CA, sslMode=verify-ca",
    "jdbc:mariadb://localhost/x?useSsl=true&trustServerCertificate=true, trustservercertificate",
    "jdbc:mariadb://db/x?useSSL=1&disableSslHostnameVerification, disablesslhostnameverification",
    "jdbc:mariadb://localhost/x?trustServerCertificate=true, trustservercertificate",
    "jdbc:mariadb://address=(host=localhost)(sslmode=TRUST)/x?sslMode=verify-full, sslMode=trust",
    "jdbc:mariadb://localhost/x?localSocket=/nowhere&sslMode=trust, sslMode=trust",
    "jdbc:mariadb://db/x?tlsSocketType=DEFAULT, tlsSocketType"
  })
  void verificationIsNotSwitchedOff(String url, String option) {
    assumeTheDriverReads(url);
    String start = url + (url.contains("?") ? "&" : "?") + "user=u&password=CANARY";
    for (String end : new String[] {"", "&wxtoken.allowPlaintext=true"}) {
      Throwable thrown = catchThrowable(() -> TokenStores.open(start + end));

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("url must not have " + option);
      FaultsTest.assertNoCanary(thrown);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db/x?sslMode=DISABLED",
        "jdbc:mysql://db/x?sslMode=disabled",
        "jdbc:mysql://db/x?sslMode=PREFERRED",
        "jdbc:mysql://db/x?useSSL=false",
        "jdbc:mysql://localhost,db/x?sslMode=DISABLED",
        "jdbc:mysql://address=(host=db)(sslMode=DISABLED)/x",
        "jdbc:mysql://(host=db,sslMode=DISABLED)/x?sslMode=VERIFY_IDENTITY",
        "jdbc:mysql://[(host=localhost),(host=db,sslMode=disabled)]/x",
        "jdbc:mysql:loadbalance://localhost,db/x?sslMode=DISABLED",
        "jdbc:mysql:replication://localhost,db/x?sslMode=DISABLED",
        "jdbc:mysql://localhost.example/x?sslMode=DISABLED",
        "jdbc:mysql://127.1/x?sslMode=DISABLED",
        "jdbc:mysql://localhost/x?sslMode=DISABLED&socksProxyHost=db",
        // pipes of Windows, which are never TLS
        "jdbc:mysql://address=(protocol=pipe)(path=%5C%5Cdb%5Cpipe%5CMySQL)/x",
        "jdbc:mysql://localhost/x?socketFactory=com.mysql.cj.protocol.NamedPipeSocketFactory"
            + "&namedPipePath=%5C%5Cdb%5Cpipe%5CMySQL&sslMode=VERIFY_IDENTITY",
        "jdbc:mysql://address=(protocol=pipe)(path=%5C%5C.%5Cpipe%5C..%5CUNC%5Cdb%5Cpipe%5CM)/x",
        "jdbc:mariadb://db/x?sslMode=disable&localSocket=/nowhere&pipe=MySQL",
        "jdbc:mariadb://address=(host=db)(pipe=MySQL)(localSocket=/nowhere)/x?sslMode=disable",
        "jdbc:mariadb://db/x?sslMode=disable",
        "jdbc:mariadb://db/x?sslMode=0",
        "jdbc:mariadb://db/x?SSLMODE=DISABLED",
        "jdbc:mariadb://localhost,db/x?sslMode=disable",
        "jdbc:mariadb:replication://localhost,db/x?sslMode=disable",
        "jdbc:mariadb://address=(host=db)(sslMode=disable)/x",
        "jdbc:mariadb://address=(host=db)(sslMode=disable)/x?sslMode=verify-full",
        "jdbc:mariadb://address=(host=db)(sslMode=verify-full)/x?sslMode=disable"
      })
  void everyServerOfAPlaintextUrlMustBeThisMachine(String url) {
    assumeTheDriverReads(url);
    String whole = url + (url.contains("?") ? "&" : "?") + "user=u&password=CANARY";
    Throwable thrown = catchThrowable(() -> TokenStores.open(whole));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "use sslMode=VERIFY_IDENTITY, or accept that with wxtoken.allowPlaintext=true");
    FaultsTest.assertNoCanary(thrown);
  }

  /** MariaDB's driver knows the mode from 3.5.7 on. */
  @Test
  void allowIsPlaintextOrUnknownAndNeverConnects() {
    Throwable thrown =
        catchThrowable(() -> TokenStores.open("jdbc:mariadb://db/x?sslMode=allow&password=CANARY"));

    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    assertThat(String.valueOf(thrown.getMessage()))
        .containsAnyOf("wxtoken.allowPlaintext=true", "url is not one of MariaDB's");
    FaultsTest.assertNoCanary(thrown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db/x",
        "jdbc:mysql://db/x?useSSL=true",
        // names that Connector/J does not know
        "jdbc:mysql://db/x?USESSL=false",
        "jdbc:mysql://db/x?sslmode=DISABLED",
        "jdbc:mysql://localhost,db/x",
        "jdbc:mysql:loadbalance://a,b/x",
        "jdbc:mysql:replication://a,b/x",
        "jdbc:mysql://address=(host=db)(port=1)/x",
        "jdbc:mysql://localhost/x?socksProxyHost=db",
        "jdbc:mariadb://db/x",
        "jdbc:mariadb://localhost,db/x",
        "jdbc:mariadb:sequential://a,b/x",
        "jdbc:mariadb://address=(host=db)(port=1)/x"
      })
  void whereTheUrlDoesNotSayAnotherMachineIsTalkedToByVerifiedTls(String url) {
    assertThat(judged(url, NONE)).containsEntry("sslMode", "VERIFY_IDENTITY");
    assertThat(judged(url, ALLOWED)).doesNotContainKey("sslMode");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://localhost/x",
        "jdbc:mysql:///x",
        "jdbc:mysql://127.0.0.1:3306,[::1]:3306/x",
        "jdbc:mysql://localhost/x?sslMode=DISABLED",
        "jdbc:mysql://localhost/x?useSSL=false",
        "jdbc:mysql://localhost/x?sslMode=PREFERRED",
        "jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY",
        "jdbc:mysql://db/x?sslMode=verify_identity",
        "jdbc:mariadb://localhost/x",
        "jdbc:mariadb://localhost/x?sslMode=disable",
        "jdbc:mysql://address=(protocol=pipe)(path=%5C%5C.%5CPIPE%5CMySQL)/x",
        "jdbc:mysql://db/x?socketFactory=com.mysql.cj.protocol.NamedPipeSocketFactory",
        "jdbc:mariadb://db/x?localSocket=/run/mysqld/mysqld.sock",
        "jdbc:mariadb://localhost/x?trustServerCertificate=FALSE",
        "jdbc:mariadb://db/x?sslMode=verify-full",
        "jdbc:mariadb://db/x?useSsl=true"
      })
  void whatTheUrlSaysAndThisMachineAreLeftAsTheyAre(String url) {
    assumeTheDriverReads(url);
    assertThat(judged(url, NONE)).doesNotContainKey("sslMode");
  }

  @Test
  void aDriverWhereItDoesNotSeeUsIsSaidToBeInTheWrongPlace() throws Exception {
    // As in a container that has the driver, with the application in a class loader below.
    try (URLClassLoader container = new URLClassLoader(classPath(DRIVER), JDK);
        URLClassLoader application = new URLClassLoader(classPath(DRIVER.negate()), container)) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(application);
      try {
        Method open =
            application.loadClass(TokenStores.class.getName()).getMethod("open", String.class);

        assertThatThrownBy(() -> open.invoke(null, "jdbc:mariadb://db/x?password=CANARY"))
            .cause()
            .isInstanceOf(RuntimeException.class)
            .hasMessage(
                "TLS to MariaDB needs mariadb-java-client and wxtoken-store-jdbc in one class"
                    + " loader");
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  private static URL[] classPath(Predicate<String> which) throws MalformedURLException {
    List<URL> found = new ArrayList<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (which.test(path)) {
        found.add(Path.of(path).toUri().toURL());
      }
    }
    return found.toArray(URL[]::new);
  }

  @Test
  void serversThatOnlyDnsKnowsAreRefused() {
    Throwable thrown =
        catchThrowable(() -> TokenStores.open("jdbc:mysql://db/x?password=CANARY&dnsSrv=true"));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("url must name its servers, instead of dnsSrv=true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db:CANARY/x",
        "jdbc:mysql://u:CANARY@db:port/x",
        "jdbc:mysql://db/x?sslMode=CANARY",
        "jdbc:mariadb://db:CANARY/x",
        "jdbc:mariadb://db/x?sslMode=CANARY",
        "jdbc:mariadb:CANARY"
      })
  void aUrlThatTheDriverCannotReadIsRefusedAndNotShown(String url) {
    Throwable thrown = catchThrowable(() -> TokenStores.open(url));

    assertThat(thrown)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url is not one of M");
    FaultsTest.assertNoCanary(thrown);
  }

  /**
   * Connector/J 9.4 converts the values of options to upper case by the rules of the JVM's
   * language. In Turkish it refuses a lower-case value that has an i, so there is nothing to judge.
   */
  private static void assumeTheDriverReads(String url) {
    boolean turkish = Locale.getDefault().getLanguage().equals("tr");
    assumeFalse(
        turkish && url.startsWith("jdbc:mysql:") && LOWER_CASE_MODE.matcher(url).find(),
        "Connector/J does not read lower-case values in Turkish");
  }

  /** Returns what is asked for besides the URL. */
  private static Properties judged(String url, StoreOptions options) {
    Properties properties = new Properties();
    judged(url, properties, options);
    return properties;
  }

  /** Judges a URL, to which nothing is connected. */
  static Tls.Target judged(String url, Properties properties, StoreOptions options) {
    return Tls.require(
        with ->
            url.startsWith("jdbc:mysql:") ? MysqlUrl.read(url, with) : MariadbUrl.read(url, with),
        properties,
        options);
  }
}
