package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The guarantees of a store that is opened by a URL: TLS is verified, and plaintext to another
 * machine requires an explicit option. A password in the URLs should contain {@code CANARY}, which
 * no message shows.
 */
@Tag("faults")
public abstract class TlsContract {
  /** The security that a URL requests. */
  public enum Security {
    /** Without TLS. */
    PLAINTEXT,
    /** TLS, with the certificates that the JVM trusts. */
    TLS,
    /** TLS, trusting {@link TestCertificate#caFile} alone. */
    TLS_WITH_CA
  }

  /** For subclasses. */
  protected TlsContract() {}

  /**
   * Returns the address of a server with TLS.
   *
   * @return its address, whose host {@link TestCertificate#GOOD} is for
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract InetSocketAddress tlsServer() throws Exception;

  /**
   * Makes that server show another certificate on new connections.
   *
   * @param certificate the certificate
   * @throws Exception if it does not, which fails the tests
   */
  protected abstract void present(TestCertificate certificate) throws Exception;

  /**
   * Returns the address of a server without TLS.
   *
   * @return its address, on 127.0.0.1
   * @throws Exception if there is none, which fails the tests
   */
  protected abstract InetSocketAddress plainServer() throws Exception;

  /**
   * Returns the URL of a store at an address.
   *
   * @param security the security that it requests
   * @param host the host
   * @param port the port
   * @return the URL, with a query, and with a {@code wxtoken.timeout} for a busy machine
   */
  protected abstract String url(Security security, String host, int port);

  @Test
  void aCertificateOfATrustedAuthorityIsTaken() throws Exception {
    present(TestCertificate.GOOD);

    openAndUse(tlsUrl(Security.TLS_WITH_CA));
  }

  @Test
  void aStoreSaysWhereItIsAndThatItUsesTls() throws Exception {
    present(TestCertificate.GOOD);
    InetSocketAddress server = tlsServer();

    try (TokenStore store = TokenStores.open(tlsUrl(Security.TLS_WITH_CA))) {
      assertThat(store.description())
          .contains(" at " + server.getHostString() + ":" + server.getPort() + " with TLS")
          .doesNotContain("CANARY");
    }
  }

  @Test
  void aStoreSaysWhereItIsAndThatItUsesNoTls() throws Exception {
    int port = plainServer().getPort();

    try (TokenStore store = TokenStores.open(url(Security.PLAINTEXT, "127.0.0.1", port))) {
      assertThat(store.description())
          .contains(" at 127.0.0.1:" + port + " without TLS")
          .doesNotContain("CANARY");
    }
  }

  @Test
  void whatTheJvmTrustsIsTrusted() throws Exception {
    present(TestCertificate.GOOD);

    String printed =
        openInAnotherJvm(
            tlsUrl(Security.TLS),
            "-Djavax.net.ssl.trustStore=" + TestCertificate.trustStore(),
            "-Djavax.net.ssl.trustStorePassword=changeit");

    assertThat(printed).contains("opened");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GOOD")
  void aCertificateThatIsForAnotherHostOrOverOrOfNobodyIsRefused(TestCertificate certificate)
      throws Exception {
    present(certificate);

    Throwable thrown = catchThrowable(() -> open(tlsUrl(Security.TLS_WITH_CA)));

    assertThat(thrown)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("its certificate is expired, self-signed or issued for another host");
    Secret.assertNotIn(thrown, "CANARY");
  }

  @Test
  void aServerWithoutTlsIsNotTalkedToInPlaintext() throws Exception {
    try (TlsRelay relay = new TlsRelay(plainServer())) {
      Throwable thrown =
          catchThrowable(() -> open(url(Security.TLS_WITH_CA, "127.0.0.1", relay.port())));

      assertThat(thrown).isInstanceOf(TokenStoreException.class);
      assertThat(relay.connections()).isPositive();
      Secret.assertNotIn(thrown, "CANARY");
    }
  }

  @Test
  void plaintextToAnotherMachineIsRefusedBeforeAnythingIsSent() throws Exception {
    try (TlsRelay relay = new TlsRelay(plainServer())) {
      String url = url(Security.PLAINTEXT, otherAddress(), relay.port());

      Throwable thrown = catchThrowable(() -> TokenStores.open(url).close());

      assertThat(thrown)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("wxtoken.allowPlaintext=true");
      assertThat(relay.connections()).isZero();
      Secret.assertNotIn(thrown, "CANARY");
    }
  }

  @Test
  void plaintextToAnotherMachineThatIsAllowedIsWarnedOfOnce() throws Exception {
    try (TlsRelay relay = new TlsRelay(plainServer())) {
      String url = url(Security.PLAINTEXT, otherAddress(), relay.port());

      String printed = openInAnotherJvm(url + "&wxtoken.allowPlaintext=true");

      assertThat(printed).contains("opened").doesNotContain("CANARY");
      assertThat(printed.lines().filter(line -> line.contains("plaintext")))
          .singleElement()
          .asString()
          .contains("WARN", otherAddress() + ":" + relay.port());
    }
  }

  /**
   * Returns an address of this machine that counts as another machine.
   *
   * @return the address; a test is skipped on a machine that has none
   */
  protected static String otherAddress() {
    assumeTrue(TestCertificate.otherAddress().isPresent(), "this machine has no network");
    return TestCertificate.otherAddress().orElseThrow();
  }

  /**
   * Opens a store, saves a token, and reads it.
   *
   * @param url the store's URL
   */
  protected static void openAndUse(String url) {
    try (TokenStore store = TokenStores.open(url)) {
      OAuthToken token =
          OAuthToken.builder().openid("oTls").accessToken("A").refreshToken("R").scope("s").build();
      store.saveToken("oTls", token);
      assertThat(store.getToken("oTls")).contains(token);
    }
  }

  /** Opens a store with a short timeout, since some drivers retry until their timeout. */
  private static void open(String url) {
    TokenStores.open(url + "&wxtoken.timeout=5000").close();
  }

  private String tlsUrl(Security security) throws Exception {
    InetSocketAddress server = tlsServer();
    return url(security, server.getHostString(), server.getPort());
  }

  /**
   * Opens a store in another JVM: a JVM reads its trust store once, and the loggers are separate
   * there.
   */
  private static String openInAnotherJvm(String url, String... settings)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(Arrays.asList(settings));
    command.add(AnotherJvm.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Not on the command line: every user of the machine can read it.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_STORE", url);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }

  /** The program of that JVM. */
  static final class AnotherJvm {
    private AnotherJvm() {}

    /** Opens the store that the environment names. */
    public static void main(String[] arguments) {
      openAndUse(System.getenv("WXTOKEN_STORE"));
      System.out.println("opened");
    }
  }
}
