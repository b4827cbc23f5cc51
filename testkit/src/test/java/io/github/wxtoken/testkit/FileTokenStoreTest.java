package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.FileTokenStore;
import io.github.wxtoken.Lease;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStoreException;
import io.github.wxtoken.TokenStores;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@link FileTokenStore} owes beyond the contract: its files. */
class FileTokenStoreTest {
  private static final String EXAMPLE =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\","
          + "\"scope\":\"snsapi_base\",\"create_at\":1538990000000}";
  private static final OAuthToken TOKEN =
      OAuthToken.builder()
          .accessToken("AT")
          .expiresIn(7200)
          .refreshToken("RT")
          .openid("OID")
          .scope("snsapi_base")
          .createAt(1_538_990_000_000L)
          .build();

  @TempDir Path directory;

  @Test
  void aFileIsWhatWechatOauthWritesByteForByte() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
    }

    assertThat(Files.readString(directory.resolve("OID:access_token.txt"))).isEqualTo(EXAMPLE);
  }

  @Test
  void aFileOfWechatOauthIsReadWithTheFieldsThatNobodyKnows() throws Exception {
    Files.writeString(
        directory.resolve("OID:access_token.txt"),
        EXAMPLE.replace("\"create_at\"", "\"is_new\":[1.10,null],\"create_at\""));

    try (TokenStore store = new FileTokenStore(directory)) {
      assertThat(store.getToken("OID"))
          .contains(TOKEN.toBuilder().extraJson("{\"is_new\":[1.10,null]}").build());
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no permissions of this kind
  void filesAreForTheirOwnerAlone() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      assertThat(store.tryLease("refresh:OID", Duration.ofHours(1))).isPresent();

      try (Stream<Path> files = Files.walk(directory).filter(Files::isRegularFile)) {
        assertThat(files.toList())
            .hasSizeGreaterThan(1)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void whatAWriterLeftThatDiedIsRemovedAtTheStart() throws Exception {
    new FileTokenStore(directory).close();
    Path left = Files.writeString(directory.resolve(".wxtoken.tmp.left"), EXAMPLE.substring(0, 20));

    try (TokenStore store = new FileTokenStore(directory);
        Stream<OAuthToken> tokens = store.tokens()) {
      assertThat(left).doesNotExist();
      assertThat(tokens).isEmpty();
    }
  }

  @Test
  void aFileThatIsNobodysTokenIsNotListed() throws Exception {
    Files.writeString(directory.resolve("a b:access_token.txt"), EXAMPLE);
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);

      try (Stream<OAuthToken> tokens = store.tokens()) {
        assertThat(tokens).containsExactly(TOKEN);
      }
    }
  }

  @Test
  void aLeaseIsNotOverInItsFileBeforeItIsOverForItsHolder() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      for (int i = 0; i < 200; i++) {
        Lease first = store.tryLease("one", Duration.ofMillis(2)).orElseThrow();
        Optional<Lease> second = Optional.empty();
        while (second.isEmpty()) {
          second = store.tryLease("one", Duration.ofMinutes(1));
        }

        assertThat(first.remaining()).isZero();
        second.get().close();
      }
    }
  }

  @Test
  void aLeaseFileThatADyingProcessGarbledIsNobodysLease() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      Path leases = directory.resolve(".wxtoken.leases");
      Files.write(leases.resolve("one"), new byte[] {(byte) 0xff, (byte) 0xfe});
      Files.writeString(leases.resolve("other"), "half-a-line");

      assertThat(store.tryLease("one", Duration.ofMinutes(1))).isPresent();
      assertThat(store.tryLease("other", Duration.ofMinutes(1))).isPresent();
    }
  }

  @Test
  void aSaveLeavesNoOtherFile() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      store.saveToken("OID", TOKEN);
    }

    try (Stream<Path> files = Files.list(directory).filter(Files::isRegularFile)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("OID:access_token.txt", ".wxtoken.lock");
    }
  }

  @Test
  void aTokenThatCouldNotBeReadAgainIsRefusedAndTheOneThatIsThereStays() throws Exception {
    OAuthToken large =
        TOKEN.toBuilder()
            .extra(Map.of("a", "x".repeat(64 * 1024 - TOKEN.toJson().length())))
            .build();

    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);

      assertThatThrownBy(() -> store.saveToken("OID", large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token must have at most 65536 characters as JSON");
      assertThatThrownBy(() -> store.replaceToken("OID", TOKEN, large))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(store.getToken("OID")).contains(TOKEN);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no named pipes of this kind
  void aFileThatIsHalfWrittenByNodeIsReadAgainUntilItIsWhole() throws Exception {
    Path file = directory.resolve("OID:access_token.txt");
    Path stillHalf = directory.resolve("half");
    Path whole = Files.writeString(directory.resolve("whole"), EXAMPLE);
    // A reader of a pipe sees its end when the writer wants it to: after half of the token.
    for (Path pipe : List.of(file, stillHalf)) {
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    }
    CompletableFuture<Void> node =
        CompletableFuture.runAsync(
            () -> {
              writeHalf(file, stillHalf);
              writeHalf(file, whole);
            },
            task -> new Thread(task).start());

    try (TokenStore store = new FileTokenStore(directory)) {
      assertThat(store.getToken("OID")).contains(TOKEN);
    }
    assertThat(node).succeedsWithin(Duration.ofSeconds(60));
  }

  @Test
  void aUrlNamesTheDirectory() {
    for (String url : new String[] {"file:" + directory, "file://" + directory}) {
      try (TokenStore store = TokenStores.open(url)) {
        store.saveToken("OID", TOKEN);
      }
      assertThat(directory.resolve("OID:access_token.txt")).exists();
    }
  }

  @Test
  void aUrlWithoutADirectoryOrWithAnUnknownOptionIsRefused() {
    assertThatThrownBy(() -> TokenStores.open("file:"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("file:DIR");
    assertThatThrownBy(() -> TokenStores.open("file:" + directory + "?wxtoken.table=t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wxtoken.table");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAnErrorThatNamesIt() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> new FileTokenStore(file.resolve("below")))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(file.toString());
  }

  /** Another file takes this one's place before its reader sees the end. */
  private static void writeHalf(Path file, Path next) {
    try (OutputStream half = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      half.write(EXAMPLE.substring(0, EXAMPLE.length() / 2).getBytes(StandardCharsets.UTF_8));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
