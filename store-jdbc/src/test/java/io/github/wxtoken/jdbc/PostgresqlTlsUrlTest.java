package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.store.StoreOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The TLS that a URL of PostgreSQL gets. */
class PostgresqlTlsUrlTest {
  private static final StoreOptions ALLOWED = new StoreOptions(Map.of("allowPlaintext", "true"));
  private static final String TRUST_OF_JVM = "org.postgresql.ssl.DefaultJavaSSLFactory";

  private static Map<String, String> judged(String url) {
    return TlsUrlTest.judged(url, TlsUrlTest.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/x",
        "jdbc:postgresql://db",
        "jdbc:postgresql://db/x?ssl=true",
        "jdbc:postgresql://db/x?ssl",
        "jdbc:postgresql://localhost,db/x",
        "jdbc:postgresql://db:5433,127.0.0.1/x?sslmode=VERIFY-FULL",
        "jdbc:postgresql://localhost.example/x",
        "jdbc:postgresql://127.1/x"
      })
  void otherMachinesGetVerifiedTlsByTheTrustStoreOfTheJvm(String url) {
    assertThat(judged(url))
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslfactory", TRUST_OF_JVM)
        .containsEntry("gssEncMode", "disable");
  }

  @Test
  void authoritiesOfAFileAreVerifiedByTheDriver() {
    assertThat(judged("jdbc:postgresql://db/x?sslrootcert=/ca.pem"))
        .containsEntry("sslmode", "verify-full")
        .doesNotContainKey("sslfactory");
    assertThat(judged("jdbc:postgresql://db/x?sslcert=/me.pem&sslkey=/me.key"))
        .containsEntry("sslmode", "verify-full")
        .doesNotContainKey("sslfactory");
  }

  @Test
  void plaintextThatIsAllowedLeavesTheModeToTheDriver() {
    assertThat(TlsUrlTest.judged("jdbc:postgresql://db/x", ALLOWED)).doesNotContainKey("sslmode");
    assertThat(judged("jdbc:postgresql://localhost/x")).doesNotContainKey("sslmode");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://localhost/x?sslmode=disable, disable",
    "jdbc:postgresql://localhost/x?sslmode=PREFER, allow",
    "jdbc:postgresql://localhost/x?ssl=false, disable",
    "'jdbc:postgresql://127.0.0.1:1,[::1]:2/x?sslmode=allow', allow"
  })
  void thisMachineNeedsNoTls(String url, String mode) {
    assertThat(judged(url)).containsEntry("sslmode", mode);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/x?sslmode=require, require",
    "jdbc:postgresql://db/x?sslmode=Verify%2DCA, verify-ca"
  })
  void aWeakerModeIsUsedAndWarnedOfOnce(String url, String mode) {
    try (LogRecorder logs = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      assertThat(judged(url + "&password=CANARY")).containsEntry("sslmode", mode);
      assertThat(logs.messagesOfThisThread(Level.WARN))
          .singleElement()
          .asString()
          .contains("db:5432", mode, "does not verify the server", "Use sslmode=verify-full")
          .doesNotContain("CANARY");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/x?sslmode=disable",
        "jdbc:postgresql://db/x?sslmode=allow",
        "jdbc:postgresql://db/x?sslmode=prefer",
        "jdbc:postgresql://db/x?ssl=false",
        "jdbc:postgresql://localhost,db/x?sslmode=prefer"
      })
  void plaintextToAnotherMachineMustBeAllowed(String url) {
    assertRefused(
        url + "&password=CANARY",
        "use sslmode=verify-full, or accept that with wxtoken.allowPlaintext=true");
    assertThat(TlsUrlTest.judged(url, ALLOWED)).containsKey("sslmode");
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify-full&sslmode=require, the same parameter twice",
    "sslmode=verify-full&sslMode=disable, the same parameter twice",
    "sslMode=verify-full, in this case",
    "SSLROOTCERT=/ca.pem, in this case",
    "sslmode=verify-full&ssl=true, both sslmode and ssl",
    "sslmode=VERIFY_IDENTITY, sslmode in the url must be",
    "sslmode=CANARY, sslmode in the url must be",
    "ssl=CANARY, must be true or false",
    "sslfactory=org.postgresql.ssl.NonValidatingFactory, sslfactory",
    "sslfactory=CANARY, sslfactory",
    "sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&sslrootcert=/ca.pem, sslrootcert",
    "sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&sslcert=/me.pem, client certificate",
    "sslhostnameverifier=CANARY, sslhostnameverifier",
    "sslfactoryarg=CANARY, sslfactoryarg",
    "gssEncMode=prefer, gssEncMode",
    "gssencmode=require, in this case",
    "targetservertype=any, in this case",
    "hostrecheckseconds=9, in this case",
    "sockettimeout=5, in this case",
    "connecttimeout=5, in this case",
    "cancelsignaltimeout=5, in this case",
    "tcpkeepalive=false, in this case",
    "preparethreshold=0, in this case",
    "service=CANARY, elsewhere",
    "socketFactory=CANARY, elsewhere",
    "socketfactoryarg=CANARY, elsewhere",
    "PGHOST=CANARY, elsewhere",
    "pgport=1, elsewhere"
  })
  void whatMayLeadElsewhereOrWeakenTlsIsRefused(String options, String message) {
    assertRefused("jdbc:postgresql://db/x?" + options, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql:x",
        "jdbc:postgresql:/x",
        // The driver would take all of it for the name of a database on this machine.
        "jdbc:postgresql:other://db/x",
        "jdbc:postgresql://me:CANARY@db/x",
        "jdbc:postgresql://db:99999/x",
        "jdbc:postgresql://db/x?password=CANARY#",
        "jdbc:postgresql://db/x?password=%ZZCANARY"
      })
  void aUrlOfAnotherFormIsRefusedAndNotShown(String url) {
    assertRefused(url, "url is not one of PostgreSQL's");
  }

  private static void assertRefused(String url, String message) {
    assertThatThrownBy(() -> judged(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .satisfies(FaultsTest::assertNoCanary);
  }
}
