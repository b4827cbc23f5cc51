package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TestCertificate;
import io.github.wxtoken.faults.TlsContract;
import io.github.wxtoken.faults.TlsRelay;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The server lets its user in by TLS alone, which shows that it is TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcTlsContract extends TlsContract {
  private final TlsServer server;
  private final String driver;
  private final String trusting;
  private InBetween plain;
  private InBetween expired;
  private boolean over;

  /**
   * Tests a driver.
   *
   * @param driver what URLs begin with
   * @param trusting the options by which the driver trusts our authority
   */
  @SuppressWarnings("NullAway.Init") // by prepare()
  JdbcTlsContract(TlsServer server, String driver, String trusting) {
    this.server = server;
    this.driver = driver;
    this.trusting = trusting;
  }

  @BeforeAll
  void prepare() throws Exception {
    server.prepare();
    plain = server.inBetween(null);
    expired = server.inBetween(TestCertificate.EXPIRED);
  }

  @AfterAll
  void close() throws IOException {
    plain.close();
    expired.close();
  }

  @Override
  protected InetSocketAddress tlsServer() {
    return over ? expired.address() : server.address();
  }

  @Override
  protected void present(TestCertificate certificate) throws Exception {
    // MySQL does not accept an expired certificate of its own, so another server shows it.
    over = certificate == TestCertificate.EXPIRED;
    if (!over) {
      server.present(certificate);
    }
  }

  @Override
  protected InetSocketAddress plainServer() {
    return plain.address();
  }

  @Override
  protected String url(Security security, String host, int port) {
    return switch (security) {
      case PLAINTEXT ->
          unsaid("plain", host, port)
              + mode(TlsMode.DISABLED)
              + (driver.equals("jdbc:mysql:") ? "&allowPublicKeyRetrieval=true" : "");
      case TLS -> unsaid("tls", host, port) + mode(TlsMode.VERIFY_IDENTITY);
      case TLS_WITH_CA ->
          unsaid("tls", host, port) + mode(TlsMode.VERIFY_IDENTITY) + "&" + trusting;
    };
  }

  /** Names a mode as MySQL's drivers do. */
  String mode(TlsMode mode) {
    return "&sslMode=" + mode;
  }

  final String unsaid(String user, String host, int port) {
    return driver
        + "//"
        + host
        + ":"
        + port
        + "/wx_tls?wxtoken.createSchema=true&wxtoken.timeout=20000&user="
        + user
        + "&password="
        + TlsServer.PASSWORD;
  }

  @Test
  void anotherMachineIsTalkedToByTlsUnlessTheUrlSaysOtherwise() throws Exception {
    present(TestCertificate.GOOD);
    try (TlsRelay relay = new TlsRelay(server.address())) {
      openAndUse(unsaid("tls", otherAddress(), relay.port()) + "&" + trusting);
    }
    try (TlsRelay relay = new TlsRelay(plainServer())) {
      String url = unsaid("plain", otherAddress(), relay.port()) + "&" + trusting;

      Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());

      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      FaultsTest.assertNoCanary(thrown);
    }
  }

  @Test
  void anotherMachineWithACertificateForAnotherHostIsRefusedUnlessTheUrlSaysOtherwise()
      throws Exception {
    present(TestCertificate.OTHER_HOST);
    try (TlsRelay relay = new TlsRelay(server.address())) {
      String url = unsaid("tls", otherAddress(), relay.port()) + "&" + trusting;

      Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());

      assertThat(thrown)
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining(
              "its certificate is expired, self-signed or issued for another host");
      FaultsTest.assertNoCanary(thrown);
    }
  }

  @Test
  void aWeakerModeIsUsedAndWarnedOfOnce() throws Exception {
    present(TestCertificate.SELF_SIGNED);
    try (TlsRelay relay = new TlsRelay(server.address());
        LogRecorder logs = LogRecorder.listen("io.github.wxtoken", Level.WARN)) {
      openAndUse(unsaid("tls", otherAddress(), relay.port()) + mode(TlsMode.REQUIRED));

      assertThat(logs.messagesOfThisThread(Level.WARN))
          .singleElement()
          .asString()
          .contains(otherAddress() + ":" + relay.port(), "does not verify the server");
    }
  }
}
