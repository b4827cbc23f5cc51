package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The URL of an application works with the drivers of this jar. */
class DriverUrlTest {
  @Test
  void aUrlOfMysqlBecomesOneOfMariadbsDriver() {
    assertThat(DriverUrl.mariadb("jdbc:mysql://db1,db2:3307/app"))
        .isEqualTo("jdbc:mariadb://db1,db2:3307/app");
    assertThat(
            DriverUrl.mariadb(
                "jdbc:mysql://db/app?user=app&password=a%25b%2B&sslMode=VERIFY_IDENTITY"
                    + "&serverTimezone=UTC&trustCertificateKeyStoreUrl=file:/etc/ca.p12&wxtoken.table=t"))
        .isEqualTo(
            "jdbc:mariadb://db/app?user=app&password=a%b+&sslMode=VERIFY_IDENTITY"
                + "&trustStore=/etc/ca.p12&wxtoken.table=t");
  }

  @Test
  void aPasswordThatMariadbsDriverCannotReadIsRefusedWithoutBeingShown() {
    assertThatThrownBy(() -> DriverUrl.mariadb("jdbc:mysql://db/app?password=CANARY%26more"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("ampersand")
        .hasMessageNotContaining("CANARY");
  }

  @Test
  void aServerGetsAsManyConnectionsAsThereAreThreadsUnlessTheUrlSaysOtherwise() {
    assertThat(DriverUrl.of("jdbc:mariadb://db/app", 8))
        .isEqualTo("jdbc:mariadb://db/app?wxtoken.poolSize=8");
    assertThat(DriverUrl.of("jdbc:mariadb://db/app?wxtoken.poolSize=3", 8)).endsWith("=3");
    assertThat(DriverUrl.of("jdbc:sqlite:t.db", 8)).isEqualTo("jdbc:sqlite:t.db");
  }
}
