package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.wxtoken.LogCapture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule about connections without TLS, and the file of authorities. */
class StoreOptionsTest {
  private static final StoreOptions NONE = new StoreOptions(Map.of());
  private static final StoreOptions ALLOWED = new StoreOptions(Map.of("allowPlaintext", "true"));
  private static final InetSocketAddress HERE = at("127.0.0.1");
  private static final InetSocketAddress THERE = at("db.example");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.255.255.255",
        "127.0.0.0",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1",
        "0000:0000:0000:0000:0000:0000:0000:0001",
        "::0001"
      })
  void thisMachineIsKnownByItsName(String host) {
    assertThat(StoreOptions.isLoopback(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "[]",
        ":",
        ":::1",
        "localhost.",
        "localhost.example",
        "xlocalhost",
        "localhost,db",
        " localhost",
        "localho\u017Ft",
        "127.1",
        "127.0.0.256",
        "127.0.0.01",
        "127.0.0.1.example",
        "0127.0.0.1",
        "2130706433",
        "0x7f.0.0.1",
        "126.0.0.1",
        "0.0.0.0",
        "::",
        "::2",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::1%lo",
        "fe80::1",
        "[::1",
        "10.0.0.1",
        "db"
      })
  void everythingElseIsAnotherMachine(String host) {
    assertThat(StoreOptions.isLoopback(host)).isFalse();
  }

  @Test
  void plaintextStaysOnThisMachine() {
    assertThatNoException()
        .isThrownBy(() -> NONE.requirePlaintextAllowed(List.of(HERE, at("[::1]")), "tls=true"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NONE.requirePlaintextAllowed(List.of(HERE, THERE), "tls=true"))
        .withMessageContaining("use tls=true, or accept that with wxtoken.allowPlaintext=true")
        .withMessageNotContaining("example");
  }

  @Test
  void plaintextThatIsAllowedIsWarnedOfOnceWithHostsAndPortsAlone() {
    try (LogCapture log = LogCapture.of(StoreOptions.class)) {
      ALLOWED.requirePlaintextAllowed(List.of(HERE, THERE, at("a\nb@c")), "tls=true");

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("Connections to db.example:1, ?:1 are in plaintext", "use tls=true")
          .doesNotContain("127.0.0.1");
    }
  }

  @Test
  void plaintextOnThisMachineIsNoCauseForAWarning() {
    try (LogCapture log = LogCapture.of(StoreOptions.class)) {
      ALLOWED.requirePlaintextAllowed(List.of(HERE), "tls=true");

      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aSwitchIsTrueOrFalseEvenWhereItDoesNotMatter() {
    StoreOptions wrong = new StoreOptions(Map.of("allowPlaintext", "TRUE"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> wrong.requirePlaintextAllowed(List.of(HERE), "tls=true"))
        .withMessage("wxtoken.allowPlaintext must be true or false");
  }

  @Test
  void aFileOfAuthoritiesMeansNothingWithoutTls() {
    StoreOptions caFile = new StoreOptions(Map.of("caFile", "/ca.pem", "allowPlaintext", "true"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> caFile.requirePlaintextAllowed(List.of(HERE), "tls=true"))
        .withMessage("wxtoken.caFile is for TLS, which takes tls=true");
  }

  @Test
  void noFileOfAuthoritiesIsNone() {
    assertThat(NONE.caFile()).isEmpty();
  }

  @Test
  void aFileThatIsMissingOrHasNoCertificateIsRefused(@TempDir Path directory) throws IOException {
    Path garbage = Files.writeString(directory.resolve("garbage"), "CANARY");
    Path empty = Files.createFile(directory.resolve("empty"));

    for (String file :
        List.of("", "a\0b", directory.resolve("no").toString(), garbage.toString(), "" + empty)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new StoreOptions(Map.of("caFile", file)).caFile())
          .withMessage("wxtoken.caFile must be a file that we may read, of certificates in PEM")
          .withNoCause();
    }
  }

  private static InetSocketAddress at(String host) {
    return InetSocketAddress.createUnresolved(host, 1);
  }

  @Test
  void serversAreNamedByHostAndPortAndAHostThatIsNoneIsNotShown() {
    assertThat(
            StoreOptions.names(
                List.of(
                    InetSocketAddress.createUnresolved("db.example.com", 3306),
                    InetSocketAddress.createUnresolved("::1", 1),
                    InetSocketAddress.createUnresolved("CANARY@db", 2),
                    InetSocketAddress.createUnresolved("a\nb", 3))))
        .isEqualTo("db.example.com:3306, [::1]:1, ?:2, ?:3");
  }
}
