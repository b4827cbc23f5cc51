package io.github.wxtoken.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStores;
import java.lang.reflect.Proxy;
import java.sql.Driver;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The TLS that a URL gets. */
class TlsUrlTest {
  static final StoreOptions NONE = new StoreOptions(Map.of());
  private static final StoreOptions ALLOWED = new StoreOptions(Map.of("allowPlaintext", "true"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db/x",
        "jdbc:mysql://db",
        "jdbc:mysql://db/x?useSSL=true",
        "jdbc:mysql://db/x?requireSSL=false",
        "jdbc:mysql://localhost,db/x",
        "jdbc:mysql:loadbalance://a,b/x",
        "jdbc:mysql:replication://a,b/x",
        // Names that only look like this machine's.
        "jdbc:mysql://localhost.example/x",
        "jdbc:mysql://127.1/x",
        "jdbc:mysql://db/x?trustServerCertificate=false",
        "jdbc:mysql://db/x?localSocket=/run/mysqld/mysqld.sock"
      })
  void otherMachinesGetVerifiedTls(String url) {
    assertThat(judged(url, NONE)).containsEntry("sslMode", "VERIFY_IDENTITY");
    assertThat(judged(url, ALLOWED)).doesNotContainKey("sslMode");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mariadb://db/x",
        "jdbc:mariadb://db/x?useSsl=true",
        "jdbc:mariadb://db/x?useSSL",
        "jdbc:mariadb://db/x?trustServerCertificate=FALSE",
        "jdbc:mariadb://localhost,db/x",
        "jdbc:mariadb:sequential://a,b/x"
      })
  void soDoThoseOfMariadb(String url) {
    assertThat(judged(url, NONE)).containsEntry("sslMode", "verify-full");
    assertThat(judged(url, ALLOWED)).containsEntry("sslMode", "disable");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "jdbc:mysql://localhost/x, null",
        "jdbc:mysql:///x, null",
        "jdbc:mysql://:3307/x, null",
        "'jdbc:mysql://127.0.0.1:3306,[::1]:3306/x', null",
        "jdbc:mysql://localhost/x?useSSL=true, null",
        "jdbc:mysql://localhost/x?sslMode=DISABLED, DISABLED",
        "jdbc:mysql://localhost/x?sslMode=preferred, PREFERRED",
        "jdbc:mysql://localhost/x?useSSL=false, DISABLED",
        "jdbc:mysql://localhost/x?useSSL=false&requireSSL=true, DISABLED",
        "jdbc:mariadb://localhost/x, disable",
        "jdbc:mariadb://localhost/x?useSsl=false, disable",
        "jdbc:mariadb://db/x?localSocket=/run/mysqld/mysqld.sock, disable"
      })
  void thisMachineNeedsNoTls(String url, String mode) {
    assertThat(judged(url, NONE).get("sslMode")).isEqualTo(mode);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://db/x?sslMode=verify_identity, VERIFY_IDENTITY",
    "jdbc:mariadb://db/x?sslMode=VERIFY-FULL, verify-full",
    "jdbc:mysql://db/x?sslMode=verify-full, VERIFY_IDENTITY",
    "jdbc:mariadb://db/x?sslMode=VERIFY_IDENTITY, verify-full",
    "jdbc:mariadb://db/x?sslMode=verify-full&permitRedirect=true, verify-full"
  })
  void theDriverGetsItsOwnSpellingOfAMode(String url, String mode) {
    try (LogRecorder logs = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      assertThat(judged(url, NONE)).containsEntry("sslMode", mode);
      assertThat(logs.messagesOfThisThread(Level.WARN)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://db/x?sslMode=REQUIRED, REQUIRED",
    "jdbc:mysql://db/x?sslMode=required, REQUIRED",
    "jdbc:mysql://db/x?sslMode=VERIFY%5FCA, VERIFY_CA",
    "jdbc:mysql://db/x?requireSSL=true, REQUIRED",
    "jdbc:mysql://db/x?useSSL=true&requireSSL=true, REQUIRED",
    "jdbc:mysql://db/x?useSSL=true&verifyServerCertificate=true, VERIFY_CA",
    "jdbc:mysql://db/x?verifyServerCertificate=false, REQUIRED",
    "jdbc:mysql://db/x?verifyServerCertificate=no, REQUIRED",
    "jdbc:mariadb://db/x?sslMode=trust, trust",
    "jdbc:mariadb://db/x?sslMode=required, trust",
    "jdbc:mysql://db/x?trustServerCertificate=true, REQUIRED",
    "jdbc:mariadb://db/x?sslMode=Verify-CA, verify-ca",
    "jdbc:mariadb://db/x?useSsl=true&trustServerCertificate=true, trust",
    "jdbc:mariadb://db/x?trustServerCertificate=1, trust",
    "jdbc:mariadb://db/x?useSSL=1&disableSslHostnameVerification, verify-ca"
  })
  void aWeakerModeIsUsedAndWarnedOfOnce(String url, String mode) {
    try (LogRecorder logs = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      Map<String, String> parameters = judged(url + "&password=CANARY", NONE);

      assertThat(parameters).containsEntry("sslMode", mode);
      assertThat(parameters.keySet())
          .doesNotContainAnyElementsOf(
              java.util.List.of("useSSL", "useSsl", "requireSSL", "verifyServerCertificate"));
      assertThat(logs.messagesOfThisThread(Level.WARN))
          .singleElement()
          .asString()
          .contains("db:3306", mode, "does not verify the server")
          .doesNotContain("CANARY");
    }
  }

  @Test
  void aWeakerModeOnThisMachineNeedsNoWarning() {
    try (LogRecorder logs = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      assertThat(judged("jdbc:mysql://localhost/x?sslMode=REQUIRED", NONE))
          .containsEntry("sslMode", "REQUIRED");
      assertThat(logs.messagesOfThisThread(Level.WARN)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db/x?sslMode=DISABLED",
        "jdbc:mysql://db/x?sslMode=disabled",
        "jdbc:mysql://db/x?sslMode=PREFERRED",
        "jdbc:mysql://db/x?useSSL=false",
        "jdbc:mysql://db/x?useSSL=NO",
        "jdbc:mysql://localhost,db/x?sslMode=DISABLED",
        "jdbc:mysql:loadbalance://localhost,db/x?sslMode=DISABLED",
        "jdbc:mysql:replication://localhost,db/x?sslMode=DISABLED",
        "jdbc:mysql://localhost.example/x?sslMode=DISABLED",
        "jdbc:mysql://127.1/x?sslMode=DISABLED",
        "jdbc:mysql://db/x?sslMode=DISABLED&localSocket=/run/mysqld/mysqld.sock",
        "jdbc:mariadb://db/x?sslMode=disable",
        "jdbc:mariadb://db/x?sslMode=allow",
        "jdbc:mariadb://db/x?sslMode=DISABLED",
        "jdbc:mariadb://db/x?useSsl=false&trustServerCertificate=true",
        "jdbc:mariadb://localhost,db/x?sslMode=disable",
        "jdbc:mariadb:replication://localhost,db/x?sslMode=disable"
      })
  void plaintextToAnotherMachineMustBeAllowed(String url) {
    assertRefused(url)
        .hasMessageContaining(
            "use sslMode=VERIFY_IDENTITY, or accept that with wxtoken.allowPlaintext=true");
    try (LogRecorder logs = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      assertThat(judged(url, ALLOWED)).containsKey("sslMode");
      assertThat(logs.messagesOfThisThread(Level.WARN))
          .singleElement()
          .asString()
          .contains(":3306");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY&sslMode=REQUIRED",
        "jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY&sslmode=REQUIRED",
        "jdbc:mariadb://db/x?SSLMODE=disable&sslMode=verify-full",
        "jdbc:mysql://db/x?useSSL=true&useSSL=false",
        "jdbc:mysql://localhost/x?useSSL=true&USESSL=false",
        "jdbc:mariadb://db/x?useSsl=true&useSSL=false"
      })
  void theSameParameterTwiceIsRefused(String url) {
    assertRefused(url).hasMessageStartingWith("url must not have the same parameter twice");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://localhost/x?sslmode=REQUIRED, sslmode",
    "jdbc:mysql://db/x?SSLMODE=DISABLED, SSLMODE",
    "jdbc:mysql://db/x?usessl=false, usessl",
    "jdbc:mysql://db/x?VerifyServerCertificate=false, VerifyServerCertificate",
    "jdbc:mysql://db/x?trustcertificatekeystoreurl=file:/ca.p12, trustcertificatekeystoreurl",
    "jdbc:mariadb://db/x?sslmode=verify-full, sslmode",
    "jdbc:mariadb://db/x?trustservercertificate=true, trustservercertificate",
    "jdbc:mariadb://db/x?serversslcert=/ca.pem, serversslcert",
    "jdbc:mariadb://db/x?PermitRedirect=true, PermitRedirect"
  })
  void anOptionInAnotherCaseIsRefused(String url, String option) {
    assertRefused(url)
        .hasMessageStartingWith("url must not have the parameter " + option + " in this case");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY&useSSL=false, useSSL",
    "jdbc:mysql://db/x?useSSL=true&sslMode=DISABLED, useSSL",
    "jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY&verifyServerCertificate=false,"
        + " verifyServerCertificate",
    "jdbc:mariadb://db/x?sslMode=verify-full&trustServerCertificate=true, trustServerCertificate"
  })
  void aModeBesideAnOlderOptionIsRefused(String url, String older) {
    assertRefused(url).hasMessage("url must not have both sslMode and " + older + ": keep sslMode");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://db/x?sslMode=verify, sslMode in the url must be one of DISABLED",
    "jdbc:mysql://db/x?sslMode=, sslMode in the url must be one of DISABLED",
    "jdbc:mysql://db/x?sslMode, sslMode in the url must be one of DISABLED",
    "jdbc:mysql://db/x?sslMode=CANARY, sslMode in the url must be one of DISABLED",
    "jdbc:mariadb://db/x?sslMode=0, sslMode in the url must be one of DISABLED",
    "jdbc:mariadb://db/x?sslMode=verify-full%20, sslMode in the url must be one of DISABLED",
    "jdbc:mysql://db/x?useSSL=maybe, useSSL in the url must be true or false",
    "jdbc:mariadb://db/x?trustServerCertificate=CANARY, trustServerCertificate in the url must be"
  })
  void aValueThatNoDriverKnowsIsRefused(String url, String message) {
    assertRefused(url).hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:mysql://localhost/x?socksProxyHost=db, socksProxyHost",
    "jdbc:mysql://localhost/x?SocksProxyHost=db, SocksProxyHost",
    "jdbc:mysql://localhost/x?socketFactory=com.mysql.cj.protocol.NamedPipeSocketFactory,"
        + " socketFactory",
    "jdbc:mysql://localhost/x?namedPipePath=%5C%5Cdb%5Cpipe%5CMySQL, namedPipePath",
    "jdbc:mysql://localhost/x?dnsSrv=true, dnsSrv",
    "jdbc:mysql://localhost/x?propertiesTransform=example.Transform, propertiesTransform",
    "jdbc:mysql://localhost/x?useConfigs=maxPerformance, useConfigs",
    "jdbc:mysql:///x?host=db, host",
    "jdbc:mysql://localhost/x?HOST=db, HOST",
    "jdbc:mysql://localhost/x?protocol=pipe, protocol",
    "jdbc:mysql://localhost/x?port=1, port",
    "jdbc:mariadb://localhost/x?pipe=MySQL, pipe",
    "jdbc:mariadb://db/x?sslMode=disable&localSocket=/nowhere&pipe=MySQL, pipe",
    "jdbc:mariadb://localhost/x?socketFactory=example.Factory, socketFactory",
    "jdbc:mariadb://db/x?tlsSocketType=DEFAULT, tlsSocketType"
  })
  void whatLeadsElsewhereThanToTheHostsIsRefused(String url, String option) {
    assertRefused(url)
        .hasMessageStartingWith("url must not have the parameter " + option)
        .hasMessageContaining("DataSource");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql:db",
        "jdbc:mysql://u:CANARY@db/x",
        "jdbc:mysql://db:CANARY/x",
        "jdbc:mysql://db:99999/x",
        "jdbc:mysql://u:CANARY@db:port/x",
        "jdbc:mysql://u@[localhost,db]/x",
        "jdbc:mysql://[(host=localhost),(host=db)]/x",
        "jdbc:mysql://(host=localhost,port=1)/x",
        "jdbc:mysql://localhost,(host=db,sslMode=disabled)/x",
        "jdbc:mysql://address=(host=localhost)(sslMode=DISABLED)/x",
        "jdbc:mysql://address=(protocol=pipe)(path=x)/x",
        "jdbc:mysql://address=(host=db)(user=u)(password=CANARY)/x",
        "jdbc:mariadb://address=(host=localhost)(sslmode=TRUST)/x?sslMode=verify-full",
        "jdbc:mariadb://address=(host=db)(localSocket=/nowhere)/x",
        "jdbc:mysql://localhost/x?%73slMode=REQUIRED",
        "jdbc:mysql://localhost/x? sslMode=REQUIRED",
        "jdbc:mariadb://localhost/x?sslMode =trust",
        "jdbc:mysql://localhost/x?password=a&CANARY%20=b",
        "jdbc:mysql://db /x",
        "jdbc:mysql://l%6Fcalhost/x",
        "jdbc:mysql://localhost\\@db/x",
        "jdbc:mysql://localhost/x?password=CANARY#1",
        "jdbc:mysql://localhost/x#?sslMode=DISABLED",
        "jdbc:mysql:LOADBALANCE://db/x",
        "jdbc:mariadb://db:CANARY/x",
        "jdbc:mariadb://u:CANARY@db/x",
        "jdbc:mariadb://address=(host=CANARY",
        "jdbc:mariadb://db//x",
        "jdbc:mariadb:CANARY"
      })
  void aUrlOfAnotherFormIsRefusedAndNotShown(String url) {
    assertRefused(url)
        .hasMessageStartingWith("url is not one of M")
        .hasMessageContaining("?user=USER&password=PASSWORD")
        .hasMessageContaining("DataSource")
        .hasNoCause();
  }

  @Test
  void serversThatOnlyTheDnsKnowsAreRefused() {
    assertThatThrownBy(() -> TokenStores.open("jdbc:mysql+srv://db/x?password=CANARY"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name its servers")
        .satisfies(FaultsTest::assertNoCanary);
  }

  /** The driver must read the parameters that were judged. */
  @Test
  void theDriverGetsHostsWithoutParametersAndDecodedValues() {
    JdbcUrl url =
        JdbcUrl.parse(
            "jdbc:mysql:replication://a:1,b,[::1]/shop?user=app"
                + "&password=%26%23+%2B&&flag&wait=1=2",
            Scheme.MYSQL);

    assertThat(url.address()).isEqualTo("jdbc:mysql:replication://a:1,b,[::1]/shop");
    assertThat(url.names()).isEqualTo("a:1, b:3306, [::1]:3306");
    assertThat(url.parameters())
        .containsOnly(
            Map.entry("user", "app"),
            Map.entry("password", "&# +"),
            Map.entry("flag", ""),
            Map.entry("wait", "1=2"));
  }

  /** MariaDB's driver decodes nothing. */
  @Test
  void valuesForMariadbStayAsTheyAre() {
    assertThat(JdbcUrl.parse("jdbc:mariadb://db?password=a+%26#b", Scheme.MARIADB).parameters())
        .containsOnly(Map.entry("password", "a+%26#b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mariadb://localhost/x?permitRedirect=true",
        "jdbc:mariadb://db/x?permitRedirect=1&sslMode=trust",
        "jdbc:mariadb://localhost/x?permitRedirect"
      })
  void redirectsNeedVerifiedTls(String url) {
    assertRefused(url).hasMessageStartingWith("url must not have permitRedirect without");
  }

  @Test
  void withoutVerifiedTlsRedirectsAreOff() {
    assertThat(judged("jdbc:mariadb://localhost/x", NONE)).containsEntry("permitRedirect", "false");
    assertThat(judged("jdbc:mariadb://db/x", NONE)).doesNotContainKey("permitRedirect");
  }

  /** The driver itself would also accept a certificate that none of these has signed. */
  @Test
  void mariadbsDriverGetsTheCertificatesThatTheJvmTrusts() {
    Map<String, String> parameters = judged("jdbc:mariadb://db/x", NONE);

    assertThat(parameters.get("serverSslCert"))
        .startsWith("-----BEGIN CERTIFICATE-----\n")
        .endsWith("\n-----END CERTIFICATE-----\n");
    assertThat(parameters).containsEntry("fallbackToSystemTrustStore", "false");
  }

  @Test
  void mariadbsDriverGetsTheCertificatesOfATrustStore() {
    for (String names :
        new String[] {
          "trustStore=%s&trustStoreType=PKCS12&trustStorePassword=changeit",
          "trustCertificateKeyStoreUrl=file:%s&trustCertificateKeyStorePassword=changeit"
        }) {
      String store = String.format(java.util.Locale.ROOT, names, TestCertificate.trustStore());
      Map<String, String> parameters = judged("jdbc:mariadb://db/x?" + store, NONE);

      assertThat(parameters.get("serverSslCert")).containsOnlyOnce("BEGIN CERTIFICATE");
      assertThat(parameters.keySet())
          .noneMatch(name -> name.matches("(?i)trust(Store|CertificateKeyStore).*"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trustStore=/nowhere.p12",
        "trustStore=https://[&trustStorePassword=CANARY",
        "trustStore=/etc/hostname&trustStorePassword=CANARY",
        "trustStore=/nowhere.p12&trustStoreType=CANARY"
      })
  void aTrustStoreThatCannotBeReadIsRefused(String store) {
    assertRefused("jdbc:mariadb://db/x?" + store)
        .hasMessageStartingWith("trustStore in the url must be a key store");
  }

  @Test
  void certificatesFromTwoPlacesAreRefused() {
    assertRefused("jdbc:mariadb://db/x?serverSslCert=/ca.pem&trustStore=/ca.p12")
        .hasMessageStartingWith("url must not have both trustStore and serverSslCert");
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "3, 5", "2, 7"})
  void aDriverOfMariadbThatCannotVerifyIsRefused(int major, int minor) {
    Driver old = driver(major, minor);

    assertThatThrownBy(() -> judged("jdbc:mariadb://db/x", NONE, old))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(major + "." + minor + ".?")
        .hasMessageContaining("use 3.5.7 or later");
    assertThat(judged("jdbc:mariadb://localhost/x", NONE, old)).containsEntry("sslMode", "disable");
    assertThat(judged("jdbc:mariadb://db/x?sslMode=trust", NONE, old))
        .containsEntry("sslMode", "trust");
  }

  @ParameterizedTest
  @CsvSource({"3, 6", "3, 10", "4, 0", "11, 0"})
  void aLaterDriverOfMariadbIsNot(int major, int minor) {
    assertThat(judged("jdbc:mariadb://db/x", NONE, driver(major, minor)))
        .containsEntry("sslMode", "verify-full");
  }

  /** As Connector/J before 8.0.13. */
  @Test
  void aDriverOfMysqlThatIgnoresTheModeIsRefused() {
    assertThatThrownBy(() -> judged("jdbc:mysql://db/x", NONE, driver(8, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not know sslMode", "8.0.33 or later");
  }

  private static Driver driver(int major, int minor) {
    return (Driver)
        Proxy.newProxyInstance(
            TlsUrlTest.class.getClassLoader(),
            new Class<?>[] {Driver.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "getMajorVersion" -> major;
                  case "getMinorVersion" -> minor;
                  default -> new java.sql.DriverPropertyInfo[0];
                });
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(String url) {
    Throwable thrown = catchThrowable(() -> judged(url, NONE));
    FaultsTest.assertNoCanary(thrown);
    return assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
  }

  /** Returns what the driver would get; nothing is connected. */
  static Map<String, String> judged(String url, StoreOptions options) {
    Scheme scheme = Scheme.of(url).orElseThrow();
    return judged(url, options, scheme.load());
  }

  private static Map<String, String> judged(String url, StoreOptions options, Driver driver) {
    Scheme scheme = Scheme.of(url).orElseThrow();
    return Tls.require(JdbcUrl.parse(url, scheme), requireNonNull(scheme.tls), driver, options);
  }
}
