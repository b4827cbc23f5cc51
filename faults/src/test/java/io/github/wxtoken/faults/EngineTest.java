package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path directory;

  @Test
  void aSocketThatIsNotThereDoesNotAnswer() {
    assertThat(Engine.answers("unix://" + directory.resolve("none.sock"))).isFalse();
  }

  @Test
  void aSocketThatNobodyListensToDoesNotAnswer() throws IOException {
    Path left = directory.resolve("left.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(left));
    }

    assertThat(left).exists();
    assertThat(Engine.answers("unix://" + left)).isFalse();
  }

  @Test
  void aSocketWhereNobodyAnswersIsGivenUpSoon() throws IOException {
    Path mute = directory.resolve("mute.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(mute));

      assertTimeoutPreemptively(
          Duration.ofSeconds(30), () -> assertThat(Engine.answers("unix://" + mute)).isFalse());
    }
  }

  @Test
  void aPortThatNobodyListensToDoesNotAnswer() throws IOException {
    int free;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = server.getLocalPort();
    }

    assertThat(Engine.answers("tcp://127.0.0.1:" + free)).isFalse();
  }

  @Test
  void anEngineThatIsPingedAnswers() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> engine =
          CompletableFuture.runAsync(() -> answerOnce(server), task -> new Thread(task).start());

      assertThat(Engine.answers("tcp://127.0.0.1:" + server.getLocalPort())).isTrue();
      assertThat(engine).succeedsWithin(Duration.ofSeconds(30));
    }
  }

  private static void answerOnce(ServerSocket server) {
    try (var client = server.accept()) {
      byte[] request = client.getInputStream().readNBytes("GET /_ping".length());
      assertThat(new String(request, StandardCharsets.US_ASCII)).isEqualTo("GET /_ping");
      client.getOutputStream().write("H".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
